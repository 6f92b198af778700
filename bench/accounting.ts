import { readdir, readFile } from 'node:fs/promises';
import type mongoose from 'mongoose';

const NANOSECONDS_PER_MICROSECOND = 1000;
const BYTES_PER_KB = 1024;
const BYTES_PER_MB = 1024 * 1024;

/** What requests send to MongoDB. Heartbeats, logins and mongod's own commands don't count. */
const COMMANDS = [
  'abortTransaction',
  'aggregate',
  'bulkWrite',
  'commitTransaction',
  'count',
  'delete',
  'distinct',
  'find',
  'findAndModify',
  'getMore',
  'insert',
  'update',
] as const;

/** The CPU time that a process has used, in µs: the sum over its threads, by the kernel's scheduler. */
export async function cpuMicroseconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const spent = await Promise.all(
    threads.map(async (thread) => {
      // A thread may have ended meanwhile.
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
      return Number(text.split(' ')[0]);
    }),
  );
  return spent.reduce((sum, each) => sum + each, 0) / NANOSECONDS_PER_MICROSECOND;
}

/** The resident memory of a process, in MB. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return (Number(kilobytes) * BYTES_PER_KB) / BYTES_PER_MB;
}

/** How many commands mongod has received since it started, by its own counters. */
export async function countCommands(db: mongoose.Connection): Promise<number> {
  const { metrics } = (await db.getClient().db('admin').command({ serverStatus: 1 })) as {
    metrics: { commands: Partial<Record<string, { total: number | bigint }>> };
  };
  return COMMANDS.reduce((sum, name) => sum + Number(metrics.commands[name]?.total ?? 0), 0);
}
