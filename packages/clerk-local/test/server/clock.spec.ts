import { verifyToken } from '@clerk/backend';
import { describe, expect, it } from '@jest/globals';
import { backend, decode, instancesOfOneTest, startReceiver } from '../support.js';

const start = instancesOfOneTest();
const NEW_YEAR = Date.parse('2030-01-01T00:00:00Z');

function put(url: string, method: string, body: unknown): Promise<Response> {
  return fetch(`${url}/_local/clock`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('the clock of an instance', () => {
  it('dates users, sessions, tokens and ids', async () => {
    const clerk = await start();
    await clerk.clock.set(NEW_YEAR, { frozen: true });
    const user = await clerk.createUser();
    expect([user.created_at, user.updated_at]).toEqual([NEW_YEAR, NEW_YEAR]);
    expect(user.id > (await (await start()).createUser()).id).toBe(true);
    const session = await clerk.createSession(user.id);
    const token = await clerk.mintToken(user.id);
    expect(decode(token, 1)).toMatchObject({ sid: session.id, iat: NEW_YEAR / 1000 });
    await expect(verifyToken(token, { jwtKey: clerk.jwtKey })).rejects.toMatchObject({
      reason: 'token-not-active-yet',
    });

    await clerk.clock.advance(8 * 24 * 3600 * 1000);
    expect((await backend(clerk).sessions.getSession(session.id)).status).toBe('expired');
    await clerk.clock.reset();
    expect(Math.abs(clerk.clock.now() - Date.now())).toBeLessThan(1000);
  });

  it('refuses what is no time', async () => {
    const clerk = await start();
    await expect(clerk.clock.set('yesterday')).rejects.toThrow(TypeError);
    await expect(clerk.clock.advance(NaN)).rejects.toThrow(TypeError);
    expect(Math.abs(clerk.clock.now() - Date.now())).toBeLessThan(2000);
  });

  it('fires retries of webhooks that become due', async () => {
    const receiver = await startReceiver();
    const clerk = await start({ webhookUrl: receiver.url });
    receiver.answers.push({ status: 500 }, { status: 500 });
    await clerk.createUser();
    await clerk.idle();
    await clerk.clock.advance(4_900);
    await clerk.idle();
    expect(receiver.received).toHaveLength(1);
    await clerk.clock.advance(5_000);
    await clerk.idle();
    expect(receiver.received).toHaveLength(2);
    await clerk.clock.advance(300_000);
    await clerk.idle();
    expect(receiver.received).toHaveLength(3);
    expect(clerk.deliveries()[0]).toMatchObject({ state: 'delivered' });
    receiver.close();
  });

  it('is read, set and advanced over HTTP, for one instance', async () => {
    const clerk = await start();
    const set = await put(clerk.url, 'PUT', { now: '2030-01-01T00:00:00Z', frozen: true });
    expect(await set.json()).toMatchObject({ now: '2030-01-01T00:00:00.000Z', frozen: true });
    const advanced = await put(clerk.url, 'POST', { ms: 60_000 });
    expect(await advanced.json()).toMatchObject({ now: '2030-01-01T00:01:00.000Z' });
    expect(clerk.clock.now()).toBe(NEW_YEAR + 60_000);
    const other = await clerk.instance('sk_test_local_other');
    expect(Math.abs(other.clock.now() - Date.now())).toBeLessThan(1000);
    await put(clerk.url, 'PUT', { now: null });
    const read = (await (await fetch(`${clerk.url}/_local/clock`)).json()) as {
      offsetMs: number;
      frozen: boolean;
    };
    expect(read.frozen).toBe(false);
    expect(Math.abs(read.offsetMs)).toBeLessThan(1000);

    for (const [method, body] of [
      ['PUT', { now: 'soon' }],
      ['PUT', {}],
      ['POST', { ms: -1 }],
      ['POST', { ms: '5' }],
    ] as const) {
      expect((await put(clerk.url, method, body)).status).toBe(422);
    }
  });
});
