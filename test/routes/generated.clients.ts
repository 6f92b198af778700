import { execFile, type ExecFileOptions } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findProgram } from '../../scripts/apt.ts';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { findPythonProgram } from '../../scripts/python.ts';
import { testDatabaseUri } from '../support/mongo.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const execute = promisify(execFile);
/** OpenAPI Generator, in the package of PyPI that holds its Java archive. */
const GENERATOR = ['openapi-generator-cli', '7.26.0'] as const;
const ROOT = path.resolve(import.meta.dirname, '../..');
const DOCUMENT = path.join(ROOT, 'openapi', 'openapi.json');
const WALKS = path.join(import.meta.dirname, 'clients');
/** More than 32 bits: 25 million rupiah in minor units. */
const AMOUNT = 2_500_000_000;

/** The stdout of a program. @throws with stdout and stderr when it fails: compilers report on either */
async function run(command: string, parameters: string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    return (await execute(command, parameters, { maxBuffer: 2 ** 26, ...options, encoding: 'utf8' })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${parameters.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

let generator: string;
let workplace: string;
let mongo: ReplicaSet;
let api: TestApp;
let nextRelease: Server;

beforeAll(async () => {
  await findProgram('java', 'default-jdk-headless');
  generator = await findPythonProgram(...GENERATOR);
  workplace = await mkdtemp(path.join(tmpdir(), 'roavelo-clients-'));
  mongo = await startReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  nextRelease = await startNextRelease(api.anonymous.url);
});
afterAll(async () => {
  nextRelease.close();
  nextRelease.closeAllConnections();
  await api.close();
  await mongo.stop();
  await rm(workplace, { recursive: true, force: true });
});

/** Answers as a later release may: every object of every JSON answer has an additional field. */
async function startNextRelease(url: string): Promise<Server> {
  const grow = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(grow);
    if (typeof value !== 'object' || value === null) return value;
    const grown = Object.entries(value).map(([name, each]) => [name, grow(each)]);
    return { ...(Object.fromEntries(grown) as object), addedLater: { since: '3.0' } };
  };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(new URL(request.url ?? '/', url), {
        method: request.method ?? 'GET',
        headers: {
          authorization: request.headers.authorization ?? '',
          ...(chunks.length === 0 ? {} : { 'content-type': 'application/json' }),
        },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const body = JSON.stringify(grow(await answer.json()));
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(body);
    })().catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** With the option of docs/getting-started.md, without which clients of Java and Go refuse unknown fields. */
async function generate(language: string, folder: string, ...properties: string[]): Promise<void> {
  await run(generator, [
    ...['generate', '--generator-name', language, '--input-spec', DOCUMENT, '--output', folder],
    '--additional-properties',
    ['disallowAdditionalPropertiesIfNotPresent=false', ...properties].join(','),
  ]);
}

/** Runs a walk against the service and against its next release; both must read the same. */
async function walk(command: string, parameters: string[], cwd: string): Promise<unknown> {
  const person: Joined = await api.join();
  await api.db.collection('purchases').insertOne({
    userId: (await api.userOf(person))._id,
    item: 'Explorer',
    amount: AMOUNT,
    currency: 'IDR',
    status: 'paid',
    purchasedAt: new Date(),
    refundedAt: null,
  });
  const read: unknown[] = [];
  const port = (nextRelease.address() as AddressInfo).port;
  for (const url of [api.anonymous.url, `http://127.0.0.1:${port}`]) {
    const env = { ...process.env, BASE_URL: url, TOKEN: person.token };
    read.push(JSON.parse(await run(command, parameters, { cwd, env })));
  }
  expect(read[1]).toEqual(read[0]);
  return read[0];
}

const READ = {
  bio: 'Slow travel',
  homeCountry: null,
  codes: ['XK', 'PT', 'JP'],
  amount: AMOUNT,
  refundedAt: null,
  relationshipsCursor: null,
  problem: 'cannot_follow_self',
};

it('typescript-fetch compiles strictly and reads the answers of this and the next release', async () => {
  const folder = path.join(workplace, 'typescript');
  await generate('typescript-fetch', path.join(folder, 'client'));
  await cp(path.join(WALKS, 'walk.ts'), path.join(folder, 'walk.ts'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"commonjs"}');
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = path.join(ROOT, 'node_modules', '@types');
  const flags = [
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--typeRoots',
    types,
    '--types',
    'node',
  ];
  await run(process.execPath, [tsc, ...flags, 'walk.ts'], { cwd: folder });
  expect(await walk(process.execPath, ['walk.js'], folder)).toEqual(READ);
});

it('python is imported and reads the answers of this and the next release', async () => {
  const folder = path.join(workplace, 'python');
  await generate('python', folder);
  await run('python3', ['-m', 'venv', path.join(folder, 'venv')]);
  const python = path.join(folder, 'venv', 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', folder]);
  expect(await walk(python, [path.join(WALKS, 'walk.py')], folder)).toEqual(READ);
});

it('go compiles and reads the answers of this and the next release', async () => {
  const go = await findProgram('go', 'golang-go');
  const folder = path.join(workplace, 'go');
  await generate('go', folder, 'packageName=api');
  // The generator has no option for the path of the module, and its tests need a library.
  await writeFile(path.join(folder, 'go.mod'), 'module roavelo.test/api\n\ngo 1.23\n');
  await rm(path.join(folder, 'test'), { recursive: true });
  await mkdir(path.join(folder, 'walk'));
  await cp(path.join(WALKS, 'walk.go'), path.join(folder, 'walk', 'main.go'));
  await run(go, ['build', '-o', 'bin/walk', './walk'], { cwd: folder });
  expect(await walk(path.join(folder, 'bin', 'walk'), [], folder)).toEqual(READ);
});

it('java compiles and reads the answers of this and the next release', async () => {
  const mvn = await findProgram('mvn', 'maven');
  const folder = path.join(workplace, 'java');
  await generate('java', folder);
  await mkdir(path.join(folder, 'src/main/java/test'));
  await cp(path.join(WALKS, 'Walk.java'), path.join(folder, 'src/main/java/test/Walk.java'));
  const libraries = path.join(folder, 'libraries');
  await run(
    mvn,
    ['--quiet', '--batch-mode', 'compile', 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`],
    { cwd: folder },
  );
  expect(await readdir(libraries)).not.toEqual([]);
  const classes = [path.join(folder, 'target', 'classes'), path.join(libraries, '*')].join(path.delimiter);
  expect(await walk('java', ['-cp', classes, 'test.Walk'], folder)).toEqual(READ);
});
