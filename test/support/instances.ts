import type { ClerkLocal } from 'clerk-local';
import { freePort } from '../../scripts/port.ts';
import { type Child, type Exit, freshEnvironment, startChild } from './child.js';
import { clerkEnvironment } from './clerk-environment.js';
import { eventually } from './eventually.js';
import { copyProject, type ProjectCopy } from './project-copy.js';

/** An instance of the API as a process of its own, on a port that it keeps over restarts. */
export interface Instance {
  url: string;
  port: number;
  child(): Child;
  /** Starts it (again); resolves once it serves. */
  start(): Promise<Child>;
}

/** The variables of an instance on a free port, with a local Clerk and a database; `more` overrides them. */
export function instanceEnvironment(
  clerk: ClerkLocal,
  mongodbUri: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return freshEnvironment({
    HOST: '127.0.0.1',
    PORT: '0',
    MONGODB_URI: mongodbUri,
    ...clerkEnvironment(clerk),
    RATE_LIMIT_MAX: '0',
    ...more,
  });
}

/** Starts `node dist/main.js` of a built project, as the container does, without waiting for anything. */
export function startMain(folder: string, env: Record<string, string>): Child {
  return startChild(process.execPath, ['dist/main.js'], { cwd: folder, env });
}

/** Resolves with the URL that an instance logs when it listens (LOG_LEVEL `info` or finer). */
export async function listeningUrl(child: Child): Promise<string> {
  const [line] = await child.until(/^\{.*"msg":"listening".*\}$/m);
  return (JSON.parse(line) as { address: string }).address;
}

/** Starts `node dist/main.js`; resolves with its URL once it listens. */
export async function startInstance(
  folder: string,
  env: Record<string, string>,
): Promise<{ child: Child; url: string }> {
  const child = startMain(folder, env);
  return { child, url: await listeningUrl(child) };
}

/** Builds a copy of the project, and prepares instances of it that log errors only. */
export async function prepareInstances(
  count: number,
  clerk: ClerkLocal,
  mongodbUri: string,
  environment: Record<string, string> = {},
): Promise<{ project: ProjectCopy; instances: Instance[] }> {
  const project = await copyProject();
  await project.build();
  const env = instanceEnvironment(clerk, mongodbUri, { LOG_LEVEL: 'error', ...environment });
  const instances = await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      return prepare(project.folder, { ...env, PORT: String(port) }, port);
    }),
  );
  return { project, instances };
}

function prepare(folder: string, env: Record<string, string>, port: number): Instance {
  let child: Child | undefined;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    child: () => {
      if (child === undefined) throw new Error('It was not started yet');
      return child;
    },
    start: async () => {
      child = startMain(folder, env);
      await serves(url, child);
      return child;
    },
  };
}

/** Asks the probe: the log may be silent. */
async function serves(url: string, child: Child): Promise<void> {
  let exit: Exit | undefined;
  void child.exit.then((ended) => (exit = ended));
  const outcome = await eventually(
    `${url} serves`,
    async () => exit ?? (await fetch(`${url}/health/live`).catch(() => undefined))?.ok,
    { timeoutMs: 120_000, everyMs: 50 },
  );
  if (outcome !== true) throw new Error(`It ended (${String(outcome.code)}): ${outcome.stderr}`);
}
