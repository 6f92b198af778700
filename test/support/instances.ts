import type { ClerkLocal } from 'clerk-local';
import { freePort } from '../../scripts/port.ts';
import { type Child, freshEnvironment, startChild } from './child.js';
import { copyProject, type ProjectCopy } from './project-copy.js';

/** One instance of the API as a process of its own, on a port that it keeps over restarts. */
export interface Instance {
  url: string;
  port: number;
  child(): Child;
  /** Starts it (again); resolves once it serves. */
  start(): Promise<Child>;
}

/** Builds the project aside, and prepares instances of `node dist/main.js`, as the container runs them. */
export async function prepareInstances(
  count: number,
  clerk: ClerkLocal,
  mongodbUri: string,
  environment: Record<string, string> = {},
): Promise<{ project: ProjectCopy; instances: Instance[] }> {
  const project = await copyProject();
  await project.build();
  const env = freshEnvironment({
    HOST: '127.0.0.1',
    MONGODB_URI: mongodbUri,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
    RATE_LIMIT_MAX: '0',
    LOG_LEVEL: 'error',
    ...environment,
  });
  const instances = await Promise.all(
    Array.from({ length: count }, async () => {
      const port = await freePort();
      return prepare(project.folder, { ...env, PORT: String(port) }, port);
    }),
  );
  return { project, instances };
}

function prepare(cwd: string, env: Record<string, string>, port: number): Instance {
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
      const started = startChild(process.execPath, ['dist/main.js'], { cwd, env });
      child = started;
      await until(url, started);
      return started;
    },
  };
}

/** Not by its log: that may be silent. */
async function until(url: string, child: Child): Promise<void> {
  let ended: string | undefined;
  void child.exit.then(({ code, stderr }) => {
    ended = `It ended (${String(code)}): ${stderr}`;
  });
  for (;;) {
    if (ended !== undefined) throw new Error(ended);
    const answer = await fetch(`${url}/health/live`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
