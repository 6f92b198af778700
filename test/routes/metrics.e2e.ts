import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { failCommands } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { startTestApp } from '../support/test-app.js';

const TOKEN = 'metrics-token-of-the-tests';

describe('GET /metrics', () => {
  it('requires METRICS_TOKEN where it is set', async () => {
    const api = await startTestApp({ METRICS_TOKEN: TOKEN, NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '0' });
    expect(await api.anonymous.problem('GET', '//metrics')).toBe('401 unauthenticated');
    for (const token of ['another-token-of-the-tests', `${TOKEN}x`, `Basic ${TOKEN}`]) {
      expect(await api.withToken(token).problem('GET', '//metrics')).toBe('401 invalid_token');
    }
    const { status, headers, body } = await api.withToken(TOKEN).request('GET', '//metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toMatch(/^http_request_duration_seconds_count\{/m);
    for (const scheme of ['bearer', 'BEARER'])
      expect((await api.withToken(`${scheme} ${TOKEN}`).request('GET', '//metrics')).status).toBe(200);
    await api.close();
  });

  it('404 in production without METRICS_TOKEN', async () => {
    const api = await startTestApp({ NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '0' });
    expect(await api.anonymous.problem('GET', '//metrics')).toBe('404 not_found');
    await api.close();
  });
});

describe('metrics', () => {
  it('count first requests, tokens, Clerk calls, webhooks, rollbacks and deletions by outcome', async () => {
    const api = await startTestApp({ USER_SYNC_ROLLBACK: 'false' });
    const ann = await api.join();
    await ann.get('/users/me');
    const gone = await api.signUp();
    await api.clerk.deleteUser(gone.clerkId, { webhook: false });
    await gone.request('GET', '/users/me');
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    await (await api.signUp({ first_name: 'Refused' })).request('GET', '/users/me');
    const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'status', status: 401 });
    await (await api.signUp()).request('GET', '/users/me');
    undo();
    const deliver = (event: object, svixId: string) => {
      const body = JSON.stringify(event);
      const headers = { ...api.clerk.signWebhook(body, { svixId }) };
      return api.anonymous.request('POST', '/webhooks/clerk', { body, headers });
    };
    const updated = {
      type: 'user.updated',
      data: api.clerk.getUser(ann.clerkId),
      timestamp: Date.now() - 7000,
    };
    await deliver(updated, 'msg_1');
    await deliver(updated, 'msg_1');
    await deliver({ type: 'user.deleted', data: { deleted: true } }, 'msg_2');
    await deliver({ type: 'made.up', data: {} }, 'msg_3');
    await api.anonymous.request('POST', '/webhooks/clerk', { body: '{}' });
    await deliver([], 'msg_4');

    const { body } = await api.anonymous.request('GET', '//metrics');
    for (const line of [
      'user_syncs_total{outcome="created"} 1',
      'user_syncs_total{outcome="deleted"} 1',
      'user_syncs_total{outcome="failed"} 1',
      'user_syncs_total{outcome="unavailable"} 1',
      'user_rollbacks_total{outcome="kept"} 1',
      'token_cache_lookups_total{result="hit"} 1',
      'token_cache_lookups_total{result="miss"} 4',
      'clerk_request_duration_seconds_count{operation="getUser",outcome="ok"} 2',
      // The token is new, so Clerk is asked three more times.
      'clerk_request_duration_seconds_count{operation="getUser",outcome="not_found"} 4',
      'clerk_request_duration_seconds_count{operation="getUser",outcome="refused"} 1',
      'webhook_deliveries_total{type="user.updated",outcome="applied"} 1',
      'webhook_deliveries_total{type="user.updated",outcome="repeated"} 1',
      'webhook_deliveries_total{type="user.deleted",outcome="dead_letter"} 1',
      'webhook_deliveries_total{type="other",outcome="ignored"} 1',
      'webhook_deliveries_total{type="unknown",outcome="refused"} 1',
      'webhook_deliveries_total{type="unknown",outcome="malformed"} 1',
      'webhook_delivery_age_seconds_bucket{le="5",type="user.updated"} 0',
      'webhook_delivery_age_seconds_bucket{le="15",type="user.updated"} 1',
      'webhook_dead_letters 1',
      'deletions{state="archived"} 0',
      'deletion_oldest_age_seconds 0',
      'monthly_active_users 1',
      'mongodb_missing_indexes 0',
      'http_request_duration_seconds_count{method="GET",route="/api/v2/users/me",status="200"} 2',
    ]) {
      expect(String(body).split('\n')).toContain(line);
    }
    await api.close();
  });

  it.each([
    ['another day', new Date(0)],
    ['a day that a wrong clock wrote', new Date('2100-01-01')],
  ])('count users who return after %s, without a write in their request', async (_what, day) => {
    const api = await startTestApp();
    const ann = await api.join();
    const users = api.db.collection('users');
    const { activeOn } = await api.userOf(ann);
    await users.updateOne({ clerkId: ann.clerkId }, { $set: { activeOn: day } });
    await eventually('the day of a request is written', async () => {
      await ann.get('/users/me');
      return ((await api.userOf(ann))['activeOn'] as Date).getTime() !== day.getTime();
    });
    expect((await api.userOf(ann))['activeOn']).toEqual(activeOn);
    await api.close();
  });

  it('are answered while MongoDB is away or hangs, without those that need it', async () => {
    const mongo = await startFaultyReplicaSet();
    const api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
    await api.join();
    for (const fault of [{ closeConnection: true }, { blockTimeMS: 4000 }]) {
      const undo = await failCommands(api.db, {
        failCommands: ['find', 'aggregate', 'listIndexes', 'count'],
        ...fault,
      });
      const { status, body } = await api.anonymous.request('GET', '//metrics');
      expect(status).toBe(200);
      expect(body).toMatch(/^http_request_duration_seconds_count\{/m);
      expect(body).toMatch(/^mongodb_pool_connections\{state="in_use"\} \d+$/m);
      expect(body).not.toMatch(/^deletions\{/m);
      expect(body).not.toMatch(/^deletion_oldest_age_seconds /m);
      await undo();
    }
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^deletions\{state="archived"\} 0$/m);
    expect(body).toMatch(/^unknown_faults_total 0$/m);
    await api.close();
    await mongo.stop();
  });

  it('count deletions under way, and the age of the oldest', async () => {
    const api = await startTestApp();
    const ann = await api.join();
    const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'refuse' });
    await ann.request('DELETE', '/users/me');
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^deletions\{state="archived"\} 1$/m);
    expect(Number(/^deletion_oldest_age_seconds (\S+)$/m.exec(String(body))?.[1])).toBeGreaterThan(0);
    undo();
    await api.close();
  });

  it('count counters that differ from their edges', async () => {
    const api = await startTestApp();
    await Promise.all([api.join(), api.join(), api.join()]);
    await api.db.collection('users').updateOne({}, { $inc: { followersCount: 1 } });
    // A new instance checks immediately.
    const url = await api.secondInstance();
    const text = await eventually('three users are checked', async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return /^counter_checks_total [3-9]/m.test(metrics) && metrics;
    });
    expect(text).toMatch(/^counter_drift_total 1$/m);
    await api.close();
  });
});
