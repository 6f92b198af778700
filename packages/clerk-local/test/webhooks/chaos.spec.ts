import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChaosOptions, ClerkInstance, ClerkLocal } from 'clerk-local';
import { instancesOfOneTest, type Receiver, startReceiver } from '../support.js';

const start = instancesOfOneTest();
let receiver: Receiver;
let clerk: ClerkLocal;
beforeEach(async () => {
  receiver = await startReceiver();
  clerk = await start({ webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 0] });
});
afterEach(() => {
  receiver.close();
});

async function emit(instance: ClerkInstance, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await instance.emitWebhook({ type: 'a.b', data: { id: String(i) } });
}

function arrived(): number[] {
  return receiver.received.map(({ event }) => Number(event.data.id));
}

/** What chaos did to each of 60 events of a new instance. */
async function effects(options: ChaosOptions, name: string): Promise<unknown[]> {
  const instance = await clerk.instance(`sk_test_local_${name}`);
  instance.setWebhookUrl(receiver.url);
  instance.chaos({ maxDelayMs: 1, ...options });
  await emit(instance, 60);
  await instance.idle({ retries: true });
  return instance.deliveries().map(({ body, chaos }) => {
    const { data } = JSON.parse(body) as { data: { id: string } };
    return [data.id, ...chaos];
  });
}

describe('chaos', () => {
  it('makes the same choices for the same seed, and one rate changes only its own', async () => {
    const rates = { duplicate: 0.2, delay: 0.2, reorder: 0.2, drop: 0.2 };
    const one = await effects({ seed: 1, ...rates }, 'one');
    expect(await effects({ seed: 1, ...rates }, 'two')).toEqual(one);
    expect(await effects({ seed: 2, ...rates }, 'three')).not.toEqual(one);
    const dropped = (all: unknown[]) => all.filter((each) => String(each).includes('drop'));
    expect(dropped(await effects({ seed: 1, drop: 0.2 }, 'four'))).toEqual(dropped(one));
    expect(dropped(one).length).toBeGreaterThan(4);
    expect(dropped(one).length).toBeLessThan(24);
  });

  it('drops a delivery, which is sent by a replay only', async () => {
    clerk.chaos({ seed: 1, drop: 1 });
    await emit(clerk, 2);
    await clerk.idle({ retries: true });
    expect(receiver.received).toHaveLength(0);
    expect(clerk.deliveries()[0]).toMatchObject({ state: 'dropped', chaos: ['drop'], attempts: [] });
    expect(clerk.replayWebhooks()).toBe(2);
    await clerk.idle();
    expect(arrived().sort()).toEqual([0, 1]);
    expect(clerk.deliveries().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('duplicates a delivery under the same svix-id', async () => {
    clerk.chaos({ seed: 1, duplicate: 1 });
    await emit(clerk, 1);
    await clerk.idle({ retries: true });
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['svix-id'])).size).toBe(1);
    expect(clerk.deliveries().map(({ chaos }) => chaos)).toEqual([[], ['duplicate']]);
    clerk.chaos(null);
    clerk.resendWebhook(clerk.deliveries()[0]?.svixId ?? '');
    await clerk.idle();
    expect(receiver.received).toHaveLength(3);
  });

  it('sends a later event before a reordered one, which does not wait forever', async () => {
    await clerk.clock.set('2030-01-01', { frozen: true });
    clerk.chaos({ seed: 1, reorder: 1, maxDelayMs: 5000 });
    await emit(clerk, 1);
    await clerk.idle();
    expect(arrived()).toEqual([]);
    clerk.chaos({ seed: 1, reorder: 0 });
    await clerk.emitWebhook({ type: 'a.b', data: { id: '1' } });
    await clerk.idle();
    expect(arrived()).toEqual([1, 0]);

    clerk.chaos({ seed: 1, reorder: 1, maxDelayMs: 5000 });
    await clerk.emitWebhook({ type: 'a.b', data: { id: '2' } });
    await clerk.clock.advance(4_999);
    await clerk.idle();
    expect(arrived()).toEqual([1, 0]);
    await clerk.clock.advance(1);
    await clerk.idle();
    expect(arrived()).toEqual([1, 0, 2]);
  });

  it('delays a delivery by the clock, and goes through retries', async () => {
    await clerk.clock.set('2030-01-01', { frozen: true });
    clerk.chaos({ seed: 5, delay: 1, maxDelayMs: 10_000 });
    await emit(clerk, 1);
    await clerk.idle();
    const [delivery] = clerk.deliveries();
    const delay = (delivery?.nextAttemptAt ?? 0) - clerk.clock.now();
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThanOrEqual(10_000);
    receiver.answers.push({ status: 500 });
    await clerk.clock.advance(delay);
    await clerk.idle({ retries: true });
    expect(clerk.deliveries()[0]).toMatchObject({ state: 'delivered', chaos: ['delay'], tries: 2 });
  });

  it('is set over HTTP, and at the start, for one instance', async () => {
    const at = `${clerk.url}/_local/chaos`;
    const put = (body: unknown) =>
      fetch(at, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const settings = { seed: 3, duplicate: 0, delay: 0, reorder: 0, drop: 1, maxDelayMs: 2000 };
    expect(await (await put({ seed: 3, drop: 1 })).json()).toEqual({ chaos: settings });
    expect(await (await fetch(at)).json()).toEqual({ chaos: settings });
    await emit(clerk, 1);
    const other = await clerk.instance('sk_test_local_calm');
    other.setWebhookUrl(receiver.url);
    await emit(other, 1);
    await other.idle();
    expect(receiver.received).toHaveLength(1);
    expect((await fetch(at, { method: 'DELETE' })).status).toBe(204);
    await emit(clerk, 1);
    await clerk.idle();
    expect(receiver.received).toHaveLength(2);
    for (const wrong of [{}, { seed: 1, drop: 2 }, { seed: 'x' }, { seed: 1, lose: 1 }]) {
      expect((await put(wrong)).status).toBe(422);
    }

    const started = await start({ webhookUrl: receiver.url, chaos: { seed: 1, drop: 1 } });
    await emit(started, 1);
    expect(started.deliveries()[0]?.state).toBe('dropped');
  });
});

describe('faults of webhooks', () => {
  it('end an attempt as if the endpoint had failed, by type and count', async () => {
    clerk.fail({ api: 'webhooks', path: /^user\./, mode: 'status', status: 503, count: 1 });
    await clerk.emitWebhook({ type: 'session.ended', data: {} });
    await clerk.createUser();
    await clerk.idle({ retries: true });
    expect(clerk.deliveries().map(({ attempts }) => attempts.map(({ status }) => status))).toEqual([
      [200],
      [503, 200],
    ]);
    expect(receiver.received).toHaveLength(2);
  });

  it('lose the answer of an endpoint, which is then asked again', async () => {
    clerk.fail({ api: 'webhooks', mode: 'lose-answer', count: 1 });
    await clerk.createUser();
    await clerk.idle({ retries: true });
    const [delivery] = clerk.deliveries();
    expect(delivery?.attempts.map(({ status, error }) => status ?? error)).toEqual([
      'fault: the answer was lost',
      200,
    ]);
    expect(receiver.received).toHaveLength(2);
    clerk.fail({ api: 'webhooks', mode: 'refuse', count: 2 });
    await clerk.createUser();
    await clerk.idle({ retries: true });
    expect(clerk.deliveries()[1]).toMatchObject({ state: 'failed' });
    expect(receiver.received).toHaveLength(2);
  });
});
