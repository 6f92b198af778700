import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Records this process as the owner of a mongod's data folder, and returns the folder. A mongod that
 * outlived its owner (kill -9) is ended first.
 * @throws when the owner of a running mongod is alive
 */
export async function claimDataFolder(dbPath: string): Promise<string> {
  await mkdir(dbPath, { recursive: true });
  const ownerFile = path.join(dbPath, 'owner.pid');
  const pid = await pidIn(path.join(dbPath, 'mongod.lock'));
  const mongod = pid === undefined ? undefined : await findProcess(pid);
  if (pid !== undefined && mongod && isMongodOn(mongod.command, dbPath)) {
    // An orphan gets another parent: a mongod whose parent is the recorded owner is in use.
    if (mongod.parent === (await pidIn(ownerFile))) {
      throw new Error(
        `${dbPath} is in use by process ${mongod.parent} (mongod ${pid}): stop that one first.`,
      );
    }
    process.stderr.write(`mongod: ending process ${pid}, left over on ${dbPath} …\n`);
    await end(pid, dbPath);
  }
  await writeFile(ownerFile, `${process.pid}\n`);
  return dbPath;
}

async function end(pid: number, dbPath: string) {
  for (const [signal, patience] of [
    ['SIGTERM', 20_000],
    ['SIGKILL', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // It ended by itself.
    }
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      const found = await findProcess(pid);
      if (found === undefined || found.hasEnded) return;
      // Another program has the id. An empty command is a mongod that is ending and may still hold its port.
      if (found.command !== '' && !isMongodOn(found.command, dbPath)) return;
      await sleep(50);
    }
  }
  throw new Error(`mongod ${pid} still runs on ${dbPath} although it got SIGKILL.`);
}

async function pidIn(file: string) {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''));
  return Number.isNaN(pid) ? undefined : pid;
}

interface FoundProcess {
  parent: number;
  /** Empty while the process ends, and until its parent has read its exit code. */
  command: string;
  /** It holds neither files nor ports. */
  hasEnded: boolean;
}

async function findProcess(pid: number): Promise<FoundProcess | undefined> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-ww', '-o', 'ppid=,state=,command=', '-p', `${pid}`]);
      const [, parent, state = '', command = ''] = /^\s*(\d+)\s+(\S+)\s*(.*)/.exec(stdout) ?? [];
      return { parent: Number(parent), command, hasEnded: state.startsWith('Z') };
    }
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const hasEnded = /^State:\s*[ZX]/m.test(status);
    return { parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), command, hasEnded };
  } catch {
    return undefined;
  }
}

function isMongodOn(command: string, dbPath: string) {
  return command.includes('mongod') && command.includes(`--dbpath ${dbPath} `);
}
