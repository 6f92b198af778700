import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SeedError, type SeedOptions } from 'clerk-local';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backend, decode, instancesOfOneTest, type Receiver, startReceiver } from '../support.js';

const start = instancesOfOneTest();
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.close();
});

function seedOf(url: string): SeedOptions {
  return {
    settings: { user_lockout: { max_attempts: 3 } },
    users: [{ id: 'user_ada', email_address: ['ada@example.com'], password: 'correct horse' }],
    sessions: [{ user_id: 'user_ada' }],
    sign_in_tokens: [{ user_id: 'user_ada', token: 'ticket-of-ada' }],
    jwt_templates: [{ name: 'orders', claims: { aud: 'orders' } }],
    webhook_endpoints: [{ url, eventTypes: ['user.created'], secret: `whsec_${'A'.repeat(32)}` }],
  };
}

describe('a seed', () => {
  it('fills an instance with settings, users, sessions, tokens, templates and endpoints', async () => {
    const clerk = await start({ seed: seedOf(receiver.url) });
    const { users, sessions } = backend(clerk);
    expect((await users.getUser('user_ada')).primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    expect(clerk.settings()).toMatchObject({ user_lockout: { max_attempts: 3, enabled: true } });
    const { data } = await sessions.getSessionList({ userId: 'user_ada' });
    expect(data.map(({ status }) => status)).toEqual(['active']);
    const { jwt } = await sessions.getToken(data[0]?.id ?? '', 'orders');
    expect(decode(jwt, 1)).toMatchObject({ aud: 'orders', sub: 'user_ada' });
    await receiver.waitFor(1);
    await clerk.idle();
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['user.created']);
    expect(clerk.webhookEndpoints.list()[0]?.secrets[0]?.secret).toBe(`whsec_${'A'.repeat(32)}`);
  });

  it('is for the first start: a restart adds nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-local-seed-'));
    const options = { dataFile: join(folder, 'state'), seed: seedOf(receiver.url) };
    const first = await start(options);
    await first.updateUser('user_ada', { first_name: 'Changed' });
    await first.close();
    const second = await start(options);
    expect(second.users().map(({ first_name: name }) => name)).toEqual(['Changed']);
    expect(second.webhookEndpoints.list()).toHaveLength(1);
    expect((await backend(second).jwtTemplates.list()).data).toHaveLength(1);
    await second.close();
    expect(await readFile(options.dataFile, 'utf8')).toContain('"token":"ticket-of-ada"');
    await rm(folder, { recursive: true });
  });

  it('names the entry that cannot be created', async () => {
    const seed = { ...seedOf(receiver.url), sign_in_tokens: [{ user_id: 'user_x' }] };
    const refused = start({ seed });
    await expect(refused).rejects.toThrow('seed: sign_in_tokens[0]: No user was found with id user_x');
    await expect(refused).rejects.toBeInstanceOf(SeedError);
  });
});
