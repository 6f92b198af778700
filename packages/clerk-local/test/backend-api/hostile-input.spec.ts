import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

/** Every route with a body; `{id}` is replaced. */
const ROUTES = [
  'POST /v1/users',
  'PATCH /v1/users/{user}',
  'PATCH /v1/users/{user}/metadata',
  'PUT /v1/users/{user}/metadata',
  'PUT /v1/users/{user}/email_address',
  'PUT /v1/users/{user}/phone_number',
  'POST /v1/users/{user}/profile_image',
  'POST /v1/users/{user}/verify_password',
  'POST /v1/users/{user}/remove_password',
  'POST /v1/users/ban',
  'POST /v1/users/unban',
  'POST /v1/email_addresses',
  'PATCH /v1/email_addresses/{email}',
  'POST /v1/email_addresses/{email}/attempt_verification',
  'POST /v1/phone_numbers',
  'PATCH /v1/phone_numbers/{phone}',
  'POST /v1/phone_numbers/{phone}/attempt_verification',
  'POST /v1/sessions',
  'POST /v1/sessions/{session}/tokens',
  'POST /v1/sessions/{session}/tokens/x',
  'POST /v1/clients/verify',
  'POST /v1/sign_in_tokens',
  'POST /v1/actor_tokens',
  'POST /v1/agents/tasks',
  'POST /v1/jwt_templates',
];

const FIELDS = [
  'user_id user_ids email_address phone_number identification_status password username external_id',
  'public_metadata private_metadata first_name created_at verified primary verification_id code token actor',
  'expires_in_seconds on_behalf_of permissions agent_name task_description redirect_url name claims lifetime',
  'custom_signing_key signing_algorithm signing_key email_address_identification_status __proto__ constructor',
]
  .join(' ')
  .split(' ');

const VALUES = [
  'null',
  'true',
  '-1',
  '1e308',
  '0.5',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"𝕏 ﷽ \\u202e"',
  `"${'a'.repeat(10_000)}"`,
  '[]',
  '[null]',
  '[[["x"]]]',
  '{}',
  '{"sub":{"sub":1}}',
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  `${'['.repeat(800)}${']'.repeat(800)}`,
  `${'{"a":'.repeat(800)}1${'}'.repeat(800)}`,
];

const BODIES = ['', '[]', 'null', '1', '"x"', '{', '{"a":1,}', `[${'{"a":['.repeat(2000)}`];

describe('hostile input of the Backend API', () => {
  it('never gets a 500, and pollutes no prototype', async () => {
    const user = await clerk.createUser({
      email_address: ['a@example.com'],
      phone_number: ['+4915133333333'],
    });
    const session = await clerk.createSession(user.id);
    const ids: Record<string, string> = {
      '{user}': user.id,
      '{email}': user.email_addresses[0]?.id ?? '',
      '{phone}': user.phone_numbers[0]?.id ?? '',
      '{session}': session.id,
    };
    const failed: string[] = [];
    const send = async (route: string, body: string) => {
      const [method = '', path = ''] = route.replace(/\{\w+\}/, (name) => ids[name] ?? '').split(' ');
      const headers = { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' };
      const response = await fetch(`${clerk.url}${path}`, { method, headers, body });
      const text = await response.text();
      if (response.status >= 500 && response.status !== 501) {
        failed.push(`${route} ${body.slice(0, 80)}: ${response.status} ${text.slice(0, 200)}`);
      }
    };
    for (const route of ROUTES) {
      const everything = VALUES.map(
        (value) => `{${FIELDS.map((field) => `${JSON.stringify(field)}:${value}`).join(',')}}`,
      ).filter((body) => body.length < 900_000);
      const single = FIELDS.flatMap((field, i) => {
        const value = VALUES[(i * 7 + route.length) % VALUES.length] ?? '';
        return [`{${JSON.stringify(field)}:${value}}`];
      });
      await Promise.all([...BODIES, ...everything, ...single].map((body) => send(route, body)));
    }
    expect(failed).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses wrong queries and ids of any shape', async () => {
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    const queries = ['limit=0', 'limit=501', 'limit=1&limit=2', 'limit=x', 'offset=-1', 'paginated=2'];
    for (const list of ['users', 'sessions', 'clients', 'jwt_templates']) {
      for (const query of queries.filter((one) => list !== 'users' || one !== 'paginated=2')) {
        const response = await fetch(`${clerk.url}/v1/${list}?${query}`, { headers });
        expect([list, query, response.status]).toEqual([list, query, 422]);
      }
    }
    for (const id of ['x', '%00', '%F0%9F%92%A9', '..%2F..', '__proto__', 'constructor', 'a'.repeat(900)]) {
      for (const list of ['users', 'sessions', 'clients', 'jwt_templates', 'email_addresses']) {
        const response = await fetch(`${clerk.url}/v1/${list}/${id}`, { headers });
        expect([list, id, response.status]).toEqual([list, id, 404]);
      }
    }
  });
});
