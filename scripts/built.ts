/**
 * Loads a module of the build, typed as its source: Node runs these scripts as they are, but the sources have
 * decorators, which need a compiler. `npm run build` comes first.
 */
export function importBuilt<T>(file: string): Promise<T> {
  return import(new URL(`../dist/${file}`, import.meta.url).href) as Promise<T>;
}
