import { verifyToken } from '@clerk/backend';
import { verifyWebhook } from '@clerk/backend/webhooks';
import type { Clerk as ClerkJs } from '@clerk/clerk-js/no-rhc';
import { clerkSetup } from '@clerk/testing/playwright';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'svix';
import type { Row } from './backend-rows.ts';
import { ADA, type Target } from './target.ts';

/** The real clerk-js without a browser, as one device. */
async function clerkJs({ publishableKey, proxyUrl }: Target): Promise<ClerkJs> {
  // It signs out by this global.
  Object.assign(globalThis, { window: globalThis });
  const { Clerk } = await import('@clerk/clerk-js/no-rhc');
  const clerk = new Clerk(publishableKey, { proxyUrl });
  // Node keeps no cookies: the way of apps, as @clerk/expo does it.
  let token = '';
  clerk.__internal_onBeforeRequest((request) => {
    request.credentials = 'omit';
    request.url?.searchParams.append('_is_native', '1');
    (request.headers as Headers).set('authorization', token);
  });
  clerk.__internal_onAfterResponse((_request, response) => {
    token = response?.headers.get('authorization') ?? token;
  });
  await clerk.load({ standardBrowser: false, telemetry: false });
  assert.equal(clerk.status, 'ready');
  return clerk;
}

async function signIn(clerk: ClerkJs): Promise<void> {
  const { client } = clerk;
  assert(client, 'no client');
  const attempt = { identifier: ADA.email_addresses[0] ?? '', password: ADA.password };
  const result = await client.signIn.create({ strategy: 'password', ...attempt });
  assert.equal(result.status, 'complete');
  await clerk.setActive({ session: result.createdSessionId });
}

const clerkJsRows: Row[] = [
  {
    area: 'clerk-js',
    call: 'load()',
    run: async (target) => {
      assert((await clerkJs(target)).client, 'no client');
    },
  },
  {
    area: 'clerk-js',
    call: 'sign-up with a code by e-mail (+clerk_test, 424242)',
    run: async (target) => {
      const clerk = await clerkJs(target);
      assert(clerk.client, 'no client');
      const emailAddress = `new${Date.now()}+clerk_test@example.com`;
      const signUp = await clerk.client.signUp.create({ emailAddress, password: ADA.password });
      await signUp.prepareEmailAddressVerification({ strategy: 'email_code' });
      const done = await signUp.attemptEmailAddressVerification({ code: '424242' });
      assert.equal(done.status, 'complete');
      await clerk.setActive({ session: done.createdSessionId });
      assert.equal(clerk.user?.primaryEmailAddress?.emailAddress, emailAddress);
    },
  },
  {
    area: 'clerk-js',
    call: 'sign-in with a password',
    run: async (target) => {
      const clerk = await clerkJs(target);
      await signIn(clerk);
      assert.equal(clerk.user?.firstName, 'Ada');
    },
  },
  {
    area: 'clerk-js',
    call: 'session.getToken(), verified by @clerk/backend',
    run: async (target) => {
      const clerk = await clerkJs(target);
      await signIn(clerk);
      const token = await clerk.session?.getToken();
      const { secretKey, apiUrl } = target;
      const claims = await verifyToken(token ?? '', { secretKey, apiUrl, skipJwksCache: true });
      assert.equal(claims.sid, clerk.session?.id);
    },
  },
  {
    area: 'clerk-js',
    call: 'signOut()',
    run: async (target) => {
      const clerk = await clerkJs(target);
      await signIn(clerk);
      await clerk.signOut();
      assert(!clerk.session, 'still signed in');
    },
  },
];

const testingRows: Row[] = [
  {
    area: '@clerk/testing',
    call: 'clerkSetup()',
    run: async ({ publishableKey, secretKey, apiUrl }) => {
      delete process.env['CLERK_TESTING_TOKEN'];
      process.env['CLERK_API_URL'] = apiUrl;
      await clerkSetup({ publishableKey, secretKey, dotenv: false });
      const token = String(process.env['CLERK_TESTING_TOKEN']);
      assert(token !== 'undefined' && token !== '', `the testing token is ${token}`);
    },
  },
];

async function webhookOf(target: Target) {
  const { webhooks } = target;
  assert(webhooks, 'it sends no webhooks');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    webhooks.setUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const arrival = once(server, 'request');
    await target.fetch('POST', '/v1/users', { email_address: [`hook${Date.now()}@example.com`] });
    const [request, response] = (await arrival) as Parameters<Parameters<typeof createServer>[1] & object>;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end();
    return {
      body: Buffer.concat(chunks).toString(),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      secret: webhooks.secret,
    };
  } finally {
    server.close();
  }
}

const webhookRows: Row[] = [
  {
    area: 'webhooks',
    call: 'user.created, verified by svix',
    run: async (target) => {
      const { body, headers, secret } = await webhookOf(target);
      new Webhook(secret).verify(body, headers);
      assert.equal((JSON.parse(body) as { type: string }).type, 'user.created');
    },
  },
  {
    area: 'webhooks',
    call: 'user.created, by verifyWebhook() of @clerk/backend',
    run: async (target) => {
      const { body, headers, secret } = await webhookOf(target);
      const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body });
      const event = await verifyWebhook(request, { signingSecret: secret });
      assert.equal(event.type, 'user.created');
    },
  },
];

export const FRONTEND_ROWS: readonly Row[] = [...clerkJsRows, ...testingRows, ...webhookRows];
