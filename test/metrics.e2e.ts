import { describe, expect, it } from '@jest/globals';
import { startTestApp } from './support/test-app.js';

const TOKEN = 'metrics-token-of-the-tests';

describe('GET /metrics', () => {
  it('wants its token where there is one', async () => {
    const api = await startTestApp({ METRICS_TOKEN: TOKEN, NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '0' });
    expect(await api.anonymous.problem('GET', '//metrics')).toBe('401 unauthenticated');
    for (const token of ['another-token-of-the-tests', `${TOKEN}x`, `Basic ${TOKEN}`]) {
      expect(await api.withToken(token).problem('GET', '//metrics')).toBe('401 invalid_token');
    }
    const { status, headers, body } = await api.withToken(TOKEN).request('GET', '//metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toMatch(/^http_request_duration_seconds_count\{/m);
    await api.close();
  });

  it('does not exist in production without a token', async () => {
    const api = await startTestApp({ NODE_ENV: 'production', SHUTDOWN_DRAIN_MS: '0' });
    expect(await api.anonymous.problem('GET', '//metrics')).toBe('404 not_found');
    await api.close();
  });
});
