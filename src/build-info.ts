import { readFileSync } from 'node:fs';

/** Which release this is. */
export interface BuildInfo {
  /** Of package.json. */
  readonly version: string;
  /** The commit it was built from; `unknown` when the build did not know. */
  readonly commit: string;
}

/** Read once. `npm run build` writes the commit into `dist/build-info.json` (scripts/build-info.ts). */
export const BUILD_INFO: BuildInfo = Object.freeze({
  version: read('../package.json')['version'] ?? 'unknown',
  commit: read('./build-info.json')['commit'] ?? 'unknown',
});

function read(file: string): Record<string, string | undefined> {
  try {
    return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Record<
      string,
      string | undefined
    >;
  } catch {
    return {};
  }
}
