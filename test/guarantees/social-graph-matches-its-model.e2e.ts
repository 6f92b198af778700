import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiClient } from '../support/api-client.js';
import { act, type Graph, type Kind, KINDS, linearizations, visibilityOf } from '../support/graph-model.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const PEOPLE = 4;

let api: TestApp;
let people: Joined[];
/** By person, then by instance. */
let clients: ApiClient[][];
beforeAll(async () => {
  api = await startTestApp();
  people = await Promise.all(Array.from({ length: PEOPLE }, () => api.join()));
  const urls = [api.anonymous.url, await api.secondInstance()];
  clients = people.map(({ token }) => urls.map((url) => new ApiClient(url, `Bearer ${token}`)));
});
afterAll(() => api.close());

const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat({ max: PEOPLE - 1 }),
  whom: fc.nat({ max: PEOPLE - 1 }),
  instance: fc.nat({ max: 1 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Batches run one after the other, the steps of a batch at once: few enough to try all their orders. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });

it('follows, requests, blocks and privacy from parallel clients: edges, counters and visibility match the model', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      await reset();
      let graph: Graph = { edges: new Map(), blocks: new Set(), isPrivate: new Set() };
      for (const batch of batches) {
        const answers = await Promise.all(batch.map(send));
        const steps = batch.map((each, index) => ({ ...each, answer: answers[index] ?? '' }));
        const stored = describeGraph(await storedGraph());
        // Some order of the steps, one after the other, gives these answers and this graph.
        const ends = linearizations(graph, steps);
        const end = ends.find((each) => describeGraph(each) === stored);
        if (end === undefined) {
          throw new Error(
            `${JSON.stringify(steps)} from ${describeGraph(graph)} ended in ${stored}, possible: ${ends.map(describeGraph).join(' or ') || 'none'}`,
          );
        }
        graph = end;
        await expectCounters(graph);
      }
      await expectVisibility(graph);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

/** Sends the request of a step; returns `<status>` or `<status> <state or code>`. */
async function send({ kind, who, whom, instance }: Step): Promise<string> {
  const client = clients[who]?.[instance];
  const target = people[whom];
  if (client === undefined || target === undefined) throw new Error('No such person');
  const [method, path, body] = requestFor(kind, target.id);
  const { status, body: answer } = await client.request(method, path, body === undefined ? {} : { body });
  const { state, code } = answer as { state?: string; code?: string };
  return [status, state ?? code].filter((part) => part !== undefined).join(' ');
}

function requestFor(kind: Kind, id: string): [method: string, path: string, body?: object] {
  switch (kind) {
    case 'follow':
      return ['PUT', `/users/me/following/${id}`];
    case 'unfollow':
      return ['DELETE', `/users/me/following/${id}`];
    case 'accept':
      return ['PUT', `/users/me/follow-requests/${id}`];
    case 'decline':
      return ['DELETE', `/users/me/follow-requests/${id}`];
    case 'remove follower':
      return ['DELETE', `/users/me/followers/${id}`];
    case 'block':
      return ['PUT', `/users/me/blocks/${id}`];
    case 'unblock':
      return ['DELETE', `/users/me/blocks/${id}`];
    case 'go private':
      return ['PATCH', '/users/me', { visibility: 'private' }];
    case 'go public':
      return ['PATCH', '/users/me', { visibility: 'public' }];
  }
}

const indexOf = (id: unknown) => people.findIndex((person) => person.id === String(id));

/** The graph of the database, in the terms of the model. */
async function storedGraph(): Promise<Graph> {
  const [follows, blocks, users] = await Promise.all(
    ['follows', 'blocks', 'users'].map((name) => api.db.collection(name).find().toArray()),
  );
  return {
    edges: new Map(
      follows?.map((edge) => [
        `${indexOf(edge['followerId'])}>${indexOf(edge['followeeId'])}`,
        edge['state'] as 'following' | 'requested',
      ]),
    ),
    blocks: new Set(blocks?.map((each) => `${indexOf(each['blockerId'])}>${indexOf(each['blockedId'])}`)),
    isPrivate: new Set(
      users?.filter((user) => user['visibility'] === 'private').map(({ _id }) => indexOf(_id)),
    ),
  };
}

const describeGraph = ({ edges, blocks, isPrivate }: Graph) =>
  JSON.stringify([[...edges].sort(), [...blocks].sort(), [...isPrivate].sort()]);

/** The stored counters, and those that each person is told, by both instances. */
async function expectCounters({ edges }: Graph): Promise<void> {
  const users = await api.db.collection('users').find().toArray();
  const count = (index: number, end: 0 | 1, state: string) =>
    [...edges].filter(([edge, is]) => edge.split('>')[end] === String(index) && is === state).length;
  for (const user of users) {
    const index = indexOf(user._id);
    expect(user).toMatchObject({
      followersCount: count(index, 1, 'following'),
      followingCount: count(index, 0, 'following'),
      sentRequestsCount: count(index, 0, 'requested'),
      receivedRequestsCount: count(index, 1, 'requested'),
    });
  }
  await Promise.all(
    clients.flatMap((instances, index) =>
      instances.map(async (client) => {
        const followRequestsCount = count(index, 1, 'requested');
        expect(await client.get('/users/me')).toMatchObject({
          followersCount: count(index, 1, 'following'),
          followingCount: count(index, 0, 'following'),
          followRequestsCount,
        });
        const { items } = await client.get<{ items: object[] }>('/users/me/follow-requests');
        expect(items).toHaveLength(followRequestsCount);
      }),
    ),
  );
}

/** Compares what each person sees of each: cards, lists and wishlists. */
async function expectVisibility(graph: Graph): Promise<void> {
  await Promise.all(
    people.flatMap((viewer, from) =>
      people.map(async (owner, to) => {
        const expected = visibilityOf(graph, from, to);
        const card = await viewer.request('GET', `/users/${owner.id}`);
        expect(card.status).toBe(expected.card);
        if (card.status === 200) {
          expect((card.body as { relationship: object }).relationship).toEqual({
            userId: owner.id,
            ...expected.relationship,
          });
        }
        for (const [direction, end] of [
          ['followers', 1],
          ['following', 0],
        ] as const) {
          const list = await viewer.request('GET', `/users/${owner.id}/${direction}`);
          expect(list.status).toBe(expected.shared);
          if (list.status !== 200) continue;
          const shown = (list.body as { items: { id: string }[] }).items.map(({ id }) => indexOf(id));
          expect(shown.sort()).toEqual(expected.network(end));
        }
        expect((await viewer.request('GET', `/users/${owner.id}/wishlist`)).status).toBe(expected.shared);
      }),
    ),
  );
}

async function reset(): Promise<void> {
  await api.db.collection('follows').deleteMany({});
  await api.db.collection('blocks').deleteMany({});
  const zero = { followersCount: 0, followingCount: 0, sentRequestsCount: 0, receivedRequestsCount: 0 };
  await api.db.collection('users').updateMany({}, { $set: { ...zero, visibility: 'public' } });
}

it('the model itself refuses a wrong answer', () => {
  const empty: Graph = { edges: new Map(), blocks: new Set(), isPrivate: new Set([1]) };
  const asked = { kind: 'follow', who: 0, whom: 1 } as const;
  expect(linearizations(empty, [{ ...asked, answer: '200 following' }])).toEqual([]);
  expect(linearizations(empty, [{ ...asked, answer: '200 requested' }])).toHaveLength(1);
  expect(act(empty, asked).answer).toBe('200 requested');
});
