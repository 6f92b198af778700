import { expect, it, onTestFinished } from 'vitest';
import { configureRoavelo } from '../../src/index.ts';
import { HandMadeSource } from './hand-made-source.ts';
import { type Answer, problem, type ReceivedRequest, startService } from './service.ts';

/** An app of Ada, and a service that answers as a test says. */
async function openApp(answer: (request: ReceivedRequest) => Answer) {
  const service = await startService(answer);
  const tokenSource = new HandMadeSource('ada');
  const client = configureRoavelo({ baseUrl: service.url, tokenSource, retryAfterMs: 60_000 });
  onTestFinished(client.close);
  const countries = () => client.wishlist.getItems().map(({ countryCode }) => countryCode);
  return { service, tokenSource, client, countries };
}

const bodies = ({ received }: { received: ReceivedRequest[] }) => received.flatMap(({ body }) => body || []);

it('a wish that the answer to the batch does not mention stays', async () => {
  const { client, tokenSource, countries } = await openApp(() => ({ status: 200, json: { items: [] } }));
  tokenSource.change({ status: 'signed-out' });
  await client.wishlist.add('JP');
  tokenSource.signIn('ada');
  expect(await client.wishlist.flush()).toBe(false);
  expect(countries()).toEqual(['JP']);
});

it('a guest whose account was deleted elsewhere taps for the account that comes next', async () => {
  const { client, service, tokenSource, countries } = await openApp(({ method }) =>
    method === 'GET'
      ? problem(401, 'account_deleted')
      : { status: 200, json: { items: [{ countryCode: 'JP', status: 'added' }] } },
  );
  await client.wishlist.flush();
  await client.fetch('/api/v2/users/me');
  expect(tokenSource.getState().status).toBe('signed-out');

  await client.wishlist.add('JP');
  tokenSource.signIn('ada again');
  expect(await client.wishlist.flush()).toBe(true);
  expect(bodies(service)).toHaveLength(1);
  expect(countries()).toEqual([]);
});

it('what a deleted user left goes, what another one left stays', async () => {
  const { client, tokenSource, countries } = await openApp(({ method }) =>
    problem(method === 'GET' ? 401 : 403, method === 'GET' ? 'account_deleted' : 'forbidden'),
  );
  for (const [userId, country] of [
    ['ada', 'JP'],
    ['ben', 'PE'],
  ] as const) {
    tokenSource.signIn(userId);
    await client.wishlist.flush();
    tokenSource.change({ status: 'signed-out' });
    await client.wishlist.add(country);
  }
  tokenSource.signIn('ada');
  await client.fetch('/api/v2/users/me');
  tokenSource.signIn('ada');
  await client.wishlist.flush();
  expect(countries()).toEqual([]);
  tokenSource.signIn('ben');
  expect(countries()).toEqual(['PE']);
});
