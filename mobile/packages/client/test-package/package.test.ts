import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const client = path.resolve(here, '..');
const workspace = path.resolve(client, '../..');

/** What the packed files import, by entry, e.g. `./react` → `@clerk/react`, `react`. */
type Imports = ReadonlyMap<string, ReadonlySet<string>>;

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'roavelo-client-'));
  tarball = path.join(folder, await pack());
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm pack', () => {
  it('has the built files, their types, the licence and the README, and nothing else', async () => {
    const files = (await run('tar', ['-tzf', tarball], folder)).split('\n').filter(Boolean);
    const others = files.filter((file) => !/^package\/dist\/.+\.(?:js|d\.ts)$/.test(file));
    expect(others.sort()).toEqual([
      ...['package/LICENSE', 'package/README.md', 'package/dist/cjs/package.json', 'package/package.json'],
    ]);
    expect(files).toContain('package/dist/index.js');
    expect(files).toContain('package/dist/expo/index.d.ts');
  });

  it('imports no React in its core, and Expo in ./expo only', async () => {
    const imports = await importsByEntry();
    const named = (entry: string) => [...(imports.get(entry) ?? [])].sort();
    expect(named('.').filter((name) => /react|expo/.test(name))).toEqual([]);
    expect(named('./react').filter((name) => name.includes('expo'))).toEqual([]);
    expect(named('./expo')).toContain('@clerk/expo');
  });
});

describe('in an empty folder', () => {
  it('its core is loaded by Node without React or Clerk', async () => {
    const app = await emptyApp('node-app');
    await install(app, []);
    const script =
      "import('@roavelo/client').then((client) => console.log(typeof client.createRoaveloClient))";
    expect(await run(process.execPath, ['--eval', script], app)).toBe('function\n');
  });
});

describe('beside @clerk/react in an empty Vite app', () => {
  it('type-checks and builds', async () => {
    const app = await emptyApp('vite-app');
    const packages = ['@clerk/react', '@tanstack/react-query', 'react', 'react-dom', 'vite'];
    await install(app, await installed(...packages, '@types/react', '@types/react-dom', 'typescript'));
    await run('npx', ['--no-install', 'tsc'], app);
    expect(await run('npx', ['--no-install', 'vite', 'build'], app)).toMatch(/dist\/assets\/index-.+\.js/);
  });
});

describe('beside @clerk/expo in an empty Expo app', () => {
  it('type-checks and is exported for the web and for Android', async () => {
    const app = await emptyApp('expo-app');
    const types = await installed('@types/react', 'typescript');
    await install(app, [...(await dependenciesOfTheDemo()), ...types]);
    await run('npx', ['--no-install', 'tsc'], app);
    for (const platform of ['web', 'android']) {
      const options = ['export', '--platform', platform, '--output-dir', `dist-${platform}`];
      const offline = { EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', CI: '1' };
      await run('npx', ['--no-install', 'expo', ...options, '--no-bytecode'], app, offline);
    }
    expect(await readFile(path.join(app, 'dist-web/index.html'), 'utf8')).toContain('<div id="root">');
  });
});

/** Builds and packs the client. @returns the name of the tarball in `folder` */
async function pack(): Promise<string> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], client);
  const report = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }];
  return report[0].filename;
}

/** A copy of an app of this folder, or an empty package, outside the workspace. */
async function emptyApp(name: string): Promise<string> {
  const app = path.join(folder, name);
  const template = path.join(here, name);
  if (name === 'node-app') {
    await execute('mkdir', [app]);
    await run('npm', ['init', '--yes'], app);
  } else await cp(template, app, { recursive: true });
  return app;
}

/** Installs the tarball and these packages: `name@version`. */
async function install(app: string, packages: readonly string[]): Promise<void> {
  await run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', tarball, ...packages], app);
}

/** The packages in the versions that the workspace has. */
function installed(...names: string[]): Promise<string[]> {
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(workspace, 'node_modules', name, 'package.json');
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
      return `${name}@${version}`;
    }),
  );
}

async function dependenciesOfTheDemo(): Promise<string[]> {
  const file = path.join(workspace, 'apps/demo/package.json');
  const { dependencies } = JSON.parse(await readFile(file, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies)
    .filter(([name]) => name !== '@roavelo/client')
    .map(([name, version]) => `${name}@${version}`);
}

/** Follows the relative imports of each entry. */
async function importsByEntry(): Promise<Imports> {
  const text = await readFile(path.join(client, 'package.json'), 'utf8');
  const { exports } = JSON.parse(text) as { exports: Record<string, { module: string }> };
  const entries = Object.entries(exports).map(async ([entry, { module: file }]) => {
    const found = new Set<string>();
    await collectImports(path.join(client, file), found, new Set());
    return [entry, found] as const;
  });
  return new Map(await Promise.all(entries));
}

async function collectImports(file: string, found: Set<string>, seen: Set<string>): Promise<void> {
  if (seen.has(file)) return;
  seen.add(file);
  const text = await readFile(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:from|import\() ?['"]([^'"]+)['"]/g)) {
    if (name.startsWith('.')) await collectImports(path.resolve(path.dirname(file), name), found, seen);
    else found.add(name);
  }
}

/** @returns what the program printed; throws with its output when it fails */
async function run(program: string, args: readonly string[], cwd: string, env = {}): Promise<string> {
  try {
    // Node's conditions of the tests must not reach the programs.
    const options = { cwd, env: { ...process.env, NODE_OPTIONS: '', ...env }, maxBuffer: 2 ** 26 };
    return (await execute(program, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
