import { describe, expect, it } from '@jest/globals';
import { instancesOfOneTest } from '../support.js';

const start = instancesOfOneTest();

/** Changes or reads settings over HTTP, as a test in another language does. */
async function settings(url: string, changes?: object) {
  const response = await fetch(`${url}/_local/settings`, {
    method: changes === undefined ? 'GET' : 'PATCH',
    headers: { 'content-type': 'application/json' },
    ...(changes === undefined ? {} : { body: JSON.stringify(changes) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('/_local/settings', () => {
  it('merges changes, which the environment shows; null is the default again', async () => {
    const clerk = await start();
    const lockout = { max_attempts: 3 };
    expect(await settings(clerk.url, { client_trust: true, user_lockout: lockout })).toMatchObject({
      status: 200,
      body: { client_trust: true, user_lockout: { enabled: true, max_attempts: 3 } },
    });
    const environment = await (await fetch(`${clerk.proxyUrl}/v1/environment`)).json();
    expect(environment).toMatchObject({ user_settings: { attack_protection: { user_lockout: lockout } } });

    await settings(clerk.url, { user_lockout: { max_attempts: null } });
    expect((await settings(clerk.url)).body).toMatchObject({
      client_trust: true,
      user_lockout: { max_attempts: 100 },
    });
  });

  it('refuses what is no setting, and changes nothing', async () => {
    const clerk = await start();
    const before = clerk.settings();
    for (const wrong of [{ no_such: 1 }, { client_trust: 'yes' }, { user_lockout: { max_attempts: 0 } }]) {
      expect((await settings(clerk.url, wrong)).status).toBe(422);
    }
    expect(clerk.settings()).toEqual(before);
  });
});
