import process from 'node:process';
import { startClerkLocal } from '../clerk-local.ts';

/*
 * A local Clerk as a process, configured by CLERK_LOCAL_PORT, CLERK_LOCAL_LISTEN, CLERK_LOCAL_NAMES,
 * CLERK_LOCAL_DATA, CLERK_LOCAL_WEBHOOK_URL and, for fixed keys, CLERK_SECRET_KEY and
 * CLERK_WEBHOOK_SIGNING_SECRET (README.md).
 */
const { env } = process;
if (env['NODE_ENV'] === 'production') {
  process.stderr.write('The local Clerk gives tokens to every caller: never run it in production.\n');
  process.exit(1);
}

const list = (text: string | undefined) => (text ?? '').split(',').filter((entry) => entry !== '');
const clerk = await startClerkLocal({
  port: Number(env['CLERK_LOCAL_PORT'] ?? '4010'),
  listenOn: env['CLERK_LOCAL_LISTEN'] ?? '127.0.0.1',
  names: list(env['CLERK_LOCAL_NAMES']),
  ...(env['CLERK_LOCAL_DATA'] && { dataFile: env['CLERK_LOCAL_DATA'] }),
  ...(env['CLERK_LOCAL_WEBHOOK_URL'] && { webhookUrl: env['CLERK_LOCAL_WEBHOOK_URL'] }),
  ...(env['CLERK_SECRET_KEY'] && { secretKey: env['CLERK_SECRET_KEY'] }),
  ...(env['CLERK_WEBHOOK_SIGNING_SECRET'] && { webhookSecret: env['CLERK_WEBHOOK_SIGNING_SECRET'] }),
});
process.stdout.write(`The local Clerk is at ${clerk.url}; its publishable key is ${clerk.publishableKey}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void clerk.close().then(() => process.exit(0)));
}
