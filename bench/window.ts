import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram } from '../scripts/apt.ts';
import { countCommands, cpuMicroseconds } from './accounting.ts';
import { type Bench, endWithThisProcess } from './instance.ts';
import { bytesOf, type Job } from './jobs.ts';
import type { Server } from './servers.ts';
import { type Deliveries, type Traveller, TRAVELLERS } from './travellers.ts';

/** One window of load on one server: what a request cost and how long it took. */
export interface Sample {
  /** µs of CPU of the server per request. */
  server: number;
  /** µs of CPU of mongod per request. */
  mongod: number;
  /** Commands to MongoDB per request. */
  commands: number;
  requestsPerSecond: number;
  /** ms. */
  p50: number;
  p99: number;
}

/** Latencies at a fixed rate, ms. */
export interface Latency {
  perSecond: number;
  p50: number;
  p99: number;
  longest: number;
}

/** What `load.lua` prints at its end. */
interface Load {
  sent: number;
  answered: number;
  microseconds: number;
  /** Answers of status 400 and above. */
  refused: number;
  failed: number;
  /** µs. */
  p50: number;
  p99: number;
}

/** Longer than any window: windows end by a signal, because wrk counts whole seconds. */
const LONGEST_SECONDS = 3600;
/** wrk checks for its end ten times a second. */
const MARGIN_MS = 300;
const SIGNAL_AGAIN_MS = 500;
/** More than any of the servers answers. */
const ONCE_PER_SECOND = 5000;
/** Requests that are repeated: one of each user. */
const CYCLE = TRAVELLERS;
const FIXED_RATE_CONNECTIONS = 64;
/** For requests that were under way when the load ended. */
const DRAIN_MS = 100;

const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));

export interface Target {
  bench: Bench;
  mongodPid: number;
  travellers: readonly Traveller[];
  deliveries: Deliveries;
}

/** Loads a server for `ms` over so many connections, closed loop. */
export async function loadWindow(
  target: Target,
  server: Server,
  job: Job,
  connections: number,
  ms: number,
): Promise<Sample> {
  const { bench, mongodPid } = target;
  const count = job.once ? Math.ceil((ONCE_PER_SECOND * (ms + MARGIN_MS)) / 1000) : CYCLE;
  const file = writeRequests(target, job, count);

  const before = await readings(bench, server.pid, mongodPid);
  const load = await runWrk(server.url, file, connections, ms);
  await sleep(DRAIN_MS);
  const after = await readings(bench, server.pid, mongodPid);
  // wrk was not ready for the signal: the machine is busy.
  if (load === undefined || load.sent === 0) return loadWindow(target, server, job, connections, 2 * ms);

  const isRefusal = job.status >= 400;
  const wrong = (isRefusal ? load.answered - load.refused : load.refused) + load.failed;
  if (wrong > 0) throw new Error(`${server.name}, ${job.title}: ${wrong} wrong answers`);
  if (job.once && load.sent > count) throw new Error(`${server.name}, ${job.title}: too few requests`);
  return {
    server: (after.server - before.server) / load.sent,
    mongod: (after.mongod - before.mongod) / load.sent,
    commands: (after.commands - before.commands) / load.sent,
    requestsPerSecond: (load.answered * 1e6) / load.microseconds,
    p50: load.p50 / 1000,
    p99: load.p99 / 1000,
  };
}

/** Loads a server at a fixed rate over 64 connections; latencies count from when a request was due. */
export async function fixedRateWindow(
  target: Target,
  server: Server,
  job: Job,
  perSecond: number,
  ms: number,
): Promise<Latency> {
  const file = writeRequests(target, job, job.once ? Math.ceil((perSecond * ms) / 1000) : CYCLE);
  const program = path.resolve(import.meta.dirname, 'fixed-rate.ts');
  const args = [program, server.url, file, perSecond, ms, FIXED_RATE_CONNECTIONS, job.status].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { wrong, ...latency } = JSON.parse(stdout) as Latency & { wrong: number };
  if (wrong > 0) throw new Error(`${server.name}, ${job.title}: ${wrong} wrong answers`);
  return { ...latency, perSecond };
}

/** The requests of a job, one after the other for each user, in a file for the load. */
function writeRequests({ travellers, deliveries }: Target, job: Job, count: number): string {
  const requests = Array.from({ length: count }, (_, index) => {
    const traveller = travellers[index % travellers.length];
    if (traveller === undefined) throw new Error('no travellers');
    return bytesOf(job.call(traveller, deliveries));
  });
  const file = path.join(folder, 'requests');
  writeFileSync(file, requests.join('\0'));
  return file;
}

async function readings({ db }: Bench, serverPid: number, mongodPid: number) {
  // Commands first: reading them costs mongod a little.
  const commands = await countCommands(db);
  const [server, mongod] = await Promise.all([cpuMicroseconds(serverPid), cpuMicroseconds(mongodPid)]);
  return { commands, server, mongod };
}

async function runWrk(url: string, file: string, connections: number, ms: number): Promise<Load | undefined> {
  const script = path.resolve(import.meta.dirname, 'load.lua');
  const args = ['-t1', `-c${connections}`, `-d${LONGEST_SECONDS}s`, '--timeout', '10s', '-s', script, url];
  const wrk = spawn(await findProgram('wrk'), [...args, '--', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithThisProcess(wrk);
  let printed = '';
  wrk.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const closed = once(wrk, 'close');
  await sleep(ms);
  wrk.kill('SIGINT');
  // A signal that comes before wrk has gone to sleep doesn't wake it.
  const again = setInterval(() => wrk.kill('SIGINT'), SIGNAL_AGAIN_MS);
  await closed;
  clearInterval(again);
  const line = printed.split('\n').find((each) => each.startsWith('{'));
  return line === undefined ? undefined : (JSON.parse(line) as Load);
}
