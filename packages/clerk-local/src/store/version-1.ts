import type { Change } from './change.ts';
import { DEFAULT_ENDPOINT_ID } from './messages.ts';

interface Owned {
  id: string;
  [field: string]: unknown;
}

interface Version1 {
  version: unknown;
  instanceId: string;
  secretKey: string;
  webhookSecret: string;
  signingKey: string;
  users: (Owned & { email_addresses: Owned[]; phone_numbers: Owned[] })[];
  sessions: Owned[];
  deliveries: { svixId: string; state: string; attempts: object[] }[];
}

/** What clerk-local 0.1 stored, one JSON document of one instance. Undefined for any other text. */
export function readVersion1(text: string): Change[] | undefined {
  let state: Version1;
  try {
    state = JSON.parse(text) as Version1;
  } catch {
    return undefined;
  }
  if (state.version !== 1) return undefined;
  const { instanceId: id, secretKey, webhookSecret, signingKey } = state;
  const changes: Change[] = [
    ['', 'instances', id, { id, is_main: true, secretKey, webhookSecret, signingKey, clock: null }],
  ];
  for (const { email_addresses: emails, phone_numbers: phones, ...user } of state.users) {
    const { external_accounts: _, ...record } = user;
    changes.push([id, 'users', user.id, { ...record, password_hash: null }]);
    for (const email of emails)
      changes.push([id, 'email_addresses', email.id, { ...email, user_id: user.id }]);
    for (const phone of phones) changes.push([id, 'phone_numbers', phone.id, { ...phone, user_id: user.id }]);
  }
  for (const session of state.sessions) changes.push([id, 'sessions', session.id, session]);
  for (const delivery of state.deliveries) {
    const attempts = delivery.attempts.map((attempt) => ({
      durationMs: 0,
      url: '',
      requestHeaders: {},
      answer: null,
      ...attempt,
    }));
    const endpointId = delivery.state === 'unsent' ? null : DEFAULT_ENDPOINT_ID;
    const record = { ...delivery, id: delivery.svixId, endpointId, attempts, chaos: [] };
    changes.push([id, 'deliveries', record.id, record]);
  }
  return changes;
}
