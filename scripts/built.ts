/**
 * Loads a module of the build, typed as its source. Node runs these scripts without a compiler, but the
 * sources have decorators, which need one: `npm run build` comes first.
 */
export function importBuilt<T>(file: string): Promise<T> {
  return import(new URL(`../dist/${file}`, import.meta.url).href) as Promise<T>;
}
