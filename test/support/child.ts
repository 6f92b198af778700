import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended: `code` is null when a signal did it. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program under test. It leads a process group of its own, as in a terminal. */
export interface Child {
  pid: number;
  stdout(): string;
  /** The first match of the pattern in its stdout; rejects with all its output when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended and everything it printed was read. */
  exit: Promise<Exit>;
  /** Signals the program and every program that it started in its group, as Ctrl-C does with SIGINT. */
  signalGroup(signal: NodeJS.Signals): void;
}

const started = new Set<Child>();

export function startChild(
  command: string,
  args: string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Child {
  const process_ = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    process_[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  const exit = once(process_, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...printed,
  }));
  const child: Child = {
    pid: process_.pid ?? fail(`${command} could not be started`),
    stdout: () => printed.stdout,
    until: (pattern) => until(process_, () => printed.stdout, exit, pattern),
    exit,
    signalGroup: (signal) => {
      signalGroup(child.pid, signal);
    },
  };
  started.add(child);
  void exit.then(() => started.delete(child));
  return child;
}

/** For `afterAll`: ends the programs that a failed test left running. */
export async function killChildren(): Promise<void> {
  for (const child of started) {
    child.signalGroup('SIGKILL');
    await child.exit;
  }
}

/** Whether there is a process of that id that still runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * The variables of a fresh shell, without those of this project, jest and npm; PATH has no folders of npm.
 */
export function freshEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(HOME|USER|SHELL|LANG|TMPDIR|MONGOMS_.*)$/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), PATH: pathFolders().join(':'), ...more };
}

/** The folders of PATH that aren't npm's. */
export function pathFolders(): string[] {
  return (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
}

function until(
  process_: ChildProcess,
  printed: () => string,
  exit: Promise<Exit>,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(printed());
      if (match === null) return;
      process_.stdout?.off('data', look);
      resolve(match);
    };
    process_.stdout?.on('data', look);
    look();
    void exit.then(({ code, signal, stdout, stderr }) => {
      reject(
        new Error(
          `It ended (${String(code ?? signal)}) without printing ${String(pattern)}:\n${stdout}${stderr}`,
        ),
      );
    });
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function fail(message: string): never {
  throw new Error(message);
}
