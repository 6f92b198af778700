import { parseArgs } from 'node:util';

export const USAGE = `
Usage: clerk-local [--port N] [--seed FILE] [--state FILE] [--webhook URL=whsec_…] [--json]

A local Clerk on 127.0.0.1, for development and tests.

  --port N                  listens on this port (4010); 0 is any free one
  --seed FILE               creates what this JSON file lists, at the first start
  --state FILE              keeps the state in this file; without it, in memory
  --webhook URL[=whsec_…]   sends webhooks there, signed with this secret; may be given several times
  --json                    prints lines of JSON: first the address and the keys, then mails and deliveries
  -h, --help                shows this text

Environment: CLERK_LOCAL_PORT, CLERK_LOCAL_DATA (--state), CLERK_LOCAL_WEBHOOK_URL, CLERK_LOCAL_LISTEN, CLERK_LOCAL_NAMES,
CLERK_SECRET_KEY and CLERK_WEBHOOK_SIGNING_SECRET (fixed keys).
`.trim();

/** What the command line and the environment ask for. */
export interface CliOptions {
  help: boolean;
  json: boolean;
  port: number;
  listenOn: string;
  names: string[];
  seed: string | undefined;
  state: string | undefined;
  /** The first one is the default endpoint. */
  webhookUrl: string | undefined;
  webhookSecret: string | undefined;
  webhookEndpoints: { url: string; secret?: string }[];
  secretKey: string | undefined;
}

/** The command line has precedence. @throws an error with a message for the user */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): CliOptions {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      state: { type: 'string' },
      webhook: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const variable = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const [webhook = variable('CLERK_LOCAL_WEBHOOK_URL'), ...more] = values.webhook ?? [];
  const first = webhook === undefined ? undefined : readWebhook(webhook);
  return {
    help: values.help,
    json: values.json,
    port: readPort(values.port ?? variable('CLERK_LOCAL_PORT') ?? '4010'),
    listenOn: variable('CLERK_LOCAL_LISTEN') ?? '127.0.0.1',
    names: (variable('CLERK_LOCAL_NAMES') ?? '').split(',').filter((name) => name !== ''),
    seed: values.seed,
    state: values.state ?? variable('CLERK_LOCAL_DATA'),
    webhookUrl: first?.url,
    webhookSecret: first?.secret ?? variable('CLERK_WEBHOOK_SIGNING_SECRET'),
    webhookEndpoints: more.map(readWebhook),
    secretKey: variable('CLERK_SECRET_KEY'),
  };
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Error(`${text} is not a port, 0 to 65535`);
}

function readWebhook(text: string): { url: string; secret?: string } {
  // The URL may contain "=", too.
  const [, url = text, secret] = /^(.*)=(whsec_.*)$/.exec(text) ?? [];
  const { protocol } = URL.parse(url) ?? {};
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`${url} is not an http(s) URL`);
  if (secret === undefined) return { url };
  if (!/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret)) {
    throw new Error(`${secret} is not a signing secret: whsec_ and at least 16 characters of base64`);
  }
  return { url, secret };
}
