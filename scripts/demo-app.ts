import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { exportApp } from './demo-export.ts';
import { type Gateway, startGateway } from './demo-gateway.ts';
import { endWithNpm } from './end-with-npm.ts';
import { assertPortFree } from './port.ts';

const root = path.resolve(import.meta.dirname, '..');
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;
const USAGE = `
Usage: npm run demo [-- --no-open] [-- --lan]

Runs the demo app of mobile/ in a browser, on the service in local mode (npm start), which is started unless it
runs. Installs mobile/ and exports the app first, when that has to be done.

  --no-open   opens no browser
  --lan       serves the devices of this network, too; each of them may use the local Clerk
  -h, --help  shows this text

Environment: DEMO_PORT (4020), and those of local mode: PORT (3000), LOCAL_CLERK_PORT (4010), LOCAL_MONGODB_PORT (27117),
LOCAL_DATA (.local).
`.trim();
/** What the last line of local mode's banner begins with. */
const STARTED = /^Ctrl-C stops everything/m;

endWithNpm(/^demo$/);
const options = readOptions();
const stops: (() => Promise<unknown>)[] = [];
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(0));
try {
  await start();
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await stop(1);
  }
}

async function start(): Promise<void> {
  const port = portOf('DEMO_PORT', 4020);
  const apiUrl = `http://127.0.0.1:${portOf('PORT', 3000)}`;
  const clerkUrl = `http://127.0.0.1:${portOf('LOCAL_CLERK_PORT', 4010)}`;
  await assertPortFree(port).catch((error: unknown) => {
    throw new Error((error as Error).message.replace('another port', 'another port (DEMO_PORT)'));
  });
  const folder = await exportApp(print);
  const isRunning =
    (await answers(`${apiUrl}/health/ready`)) && (await answers(`${clerkUrl}/_local/instance`));
  if (!isRunning) await startLocalMode();
  const { publishableKey } = (await (await fetch(`${clerkUrl}/_local/instance`)).json()) as {
    publishableKey: string;
  };
  const gateway = await startGateway({
    folder,
    port,
    host: options.lan ? '0.0.0.0' : '127.0.0.1',
    apiUrl,
    clerkUrl,
    publishableKey,
  });
  stops.push(() => gateway.close());
  print(banner(gateway, { apiUrl, clerkUrl, publishableKey }));
  if (options.open) openBrowser(gateway.url);
}

/** In a process group of its own: Ctrl-C reaches this process only, which then stops it once. */
async function startLocalMode(): Promise<void> {
  print('Starting the service in local mode …');
  const child = spawn(process.execPath, ['--conditions=development', 'scripts/start.mjs'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    // With this it ends by itself when this process is killed.
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  const exit = once(child, 'exit');
  stops.push(async () => {
    child.kill('SIGTERM');
    await exit;
  });
  await Promise.race([
    startedBy(child),
    exit.then(() => {
      throw new Error('The service did not start: its reason is above.');
    }),
  ]);
  void exit.then(() => {
    if (!stopping.signal.aborted) void stop(1, 'The service ended.');
  });
}

/** Reads its output to the end: an unread pipe would stop the service. */
function startedBy(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-10_000);
      if (STARTED.test(printed)) resolve();
    });
  });
}

async function stop(code: number, message?: string): Promise<void> {
  stopping.abort();
  if (message !== undefined) process.stderr.write(`${message}\n`);
  for (const each of stops.splice(0).reverse()) await each().catch(() => undefined);
  process.exit(code);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(3_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function banner(
  { url }: Gateway,
  { apiUrl, clerkUrl, publishableKey }: { apiUrl: string; clerkUrl: string; publishableKey: string },
): string {
  const lan = options.lan ? (lanAddress() ?? '(this machine has no address in a network)') : undefined;
  const device =
    lan === undefined
      ? ''
      : `
On a device of this network: open http://${lan}:${new URL(url).port}, or run the app itself with

  EXPO_PUBLIC_API_URL=http://${lan}:${new URL(url).port}
  EXPO_PUBLIC_CLERK_PROXY_URL=http://${lan}:${new URL(url).port}/__clerk
  EXPO_PUBLIC_CLERK_PUBLISHABLE_KEY=${publishableKey}
`;
  return `
The demo app is running. Nothing leaves this machine.

  App          ${url}
  Swagger UI   ${apiUrl}/docs
  Mails        ${clerkUrl}/#/mails   (codes of sign-ups; they are always 424242)
  Clerk's key  ${publishableKey}   (for an app of yours beside it)
${device}
Ctrl-C stops everything.
`;
}

function lanAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

/** Silent where there is no screen or no such program: the address is printed anyway. */
function openBrowser(url: string): void {
  const isHeadless =
    process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (isHeadless || process.env['CI']) return;
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

function portOf(name: string, fallback: number): number {
  const value = process.env[name] ?? String(fallback);
  if (/^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536) return Number(value);
  throw new Error(`${name} must be a port, 1 to 65535.`);
}

function readOptions(): { open: boolean; lan: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        open: { type: 'boolean', default: true },
        lan: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
      allowNegative: true,
    });
    if (values.help !== true) return values;
    print(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

function print(message: string): void {
  process.stdout.write(`${message}\n`);
}
