import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { type Command, type CommandProxy, startCommandProxy } from '../support/command-proxy.js';
import { eventually } from '../support/eventually.js';
import { commandsOf } from '../support/query-plans.js';
import { testDatabaseUri } from '../support/mongo.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

const MAX_WAITING = 20;

let proxy: CommandProxy;
let api: TestApp;
let second: string;
beforeAll(async () => {
  const uri = testDatabaseUri();
  const [, port] = /:(\d+)\//.exec(uri) ?? [];
  proxy = await startCommandProxy(Number(port));
  const address = uri
    .replace(/[^@/]+:\d+\//, `127.0.0.1:${proxy.port}/`)
    .replace(/replicaSet=\w+/, 'directConnection=true');
  api = await startTestApp({ MONGODB_URI: `${address}&monitorCommands=true` });
  second = await api.secondInstance();
});
afterAll(async () => {
  await api.close();
  await proxy.close();
});

/** Ann is the busy account, Pia the one that must not wait; Bob, Carl and Dora are others. */
let ann: Joined, pia: Joined, bob: Joined, carl: Joined, dora: Joined;
beforeEach(async () => {
  [ann, pia, bob, carl, dora] = (await people(5)) as [Joined, Joined, Joined, Joined, Joined];
});

const people = (count: number) => Promise.all(Array.from({ length: count }, () => api.join()));
const following = (id: string) => `/users/me/following/${id}`;
const blocks = (id: string) => `/users/me/blocks/${id}`;
const through = (url: string, { token }: Person) => new ApiClient(url, `Bearer ${token}`);
const edgesOf = async (who: Joined) =>
  api.db.collection('follows').countDocuments({ followerId: (await api.userOf(who))._id });

/** The insert of the edge of a follow. */
const insertOfEdge = ({ insert }: Command) => insert === 'follows';
/** The commit: by then the users are written, and nothing is committed. */
const commit = ({ commitTransaction }: Command) => commitTransaction !== undefined;

/** Sends a request without waiting for its answer. */
function start(client: ApiClient, method: string, path: string, body?: object) {
  const request = { isAnswered: false, status: Promise.resolve(0) };
  request.status = client.request(method, path, body === undefined ? {} : { body }).then(({ status }) => {
    request.isAnswered = true;
    return status;
  });
  return request;
}

/** Sends more follows than may wait; resolves once the surplus is refused, so all others wait. */
async function fillLine(of: Joined, strangers: readonly Joined[]) {
  const { promise: isFull, resolve } = Promise.withResolvers<undefined>();
  const refused: number[] = [];
  const attack = strangers.map((stranger) => {
    const request = start(of, 'PUT', following(stranger.id));
    void request.status.then((status) => {
      if (status === 429 && refused.push(status) === strangers.length - MAX_WAITING) resolve(undefined);
    });
    return { stranger, request };
  });
  await isFull;
  return attack;
}

describe('an account with a write in progress and as many waiting as allowed', () => {
  let first: ReturnType<typeof start>;
  let attack: Awaited<ReturnType<typeof fillLine>>;
  let others: Joined[];
  let release: () => void;
  beforeEach(async () => {
    others = await people(MAX_WAITING + 1);
    const hold = proxy.holdNext(insertOfEdge);
    release = hold.release;
    first = start(ann, 'PUT', following(bob.id));
    await hold.caught;
    attack = await fillLine(ann, others);
  });

  it('the accounts that it follows are not blocked: their writes come first; in the end all is counted', async () => {
    const [waiting] = attack.filter(({ request }) => !request.isAnswered);
    if (waiting === undefined) throw new Error('Nothing waits');
    const { stranger } = waiting;
    await stranger.call(204, 'PUT', blocks(carl.id));
    await dora.call(200, 'PUT', following(stranger.id));
    await stranger.call(200, 'PUT', following(pia.id));
    expect(first.isAnswered).toBe(false);
    release();
    const statuses = await Promise.all([first.status, ...attack.map(({ request }) => request.status)]);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1 + MAX_WAITING);
    expect(await edgesOf(ann)).toBe(1 + MAX_WAITING);
    expect((await api.userOf(ann))['followingCount']).toBe(1 + MAX_WAITING);
  });

  it('429 rate_limited for any other write except blocks', async () => {
    const { status, headers } = await ann.request('PUT', following(dora.id));
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    expect(headers.get('ratelimit-policy')).toBe('"writes";q=20;qu="concurrent-requests"');
    for (const [method, path] of [
      ['DELETE', following(dora.id)],
      ['DELETE', `/users/me/followers/${dora.id}`],
      ['PUT', `/users/me/follow-requests/${dora.id}`],
      ['DELETE', `/users/me/follow-requests/${dora.id}`],
    ] as const) {
      expect([method, path, await ann.problem(method, path)]).toEqual([method, path, '429 rate_limited']);
    }
    const answers = others.map(({ id }) => ann.request('PUT', blocks(id)).then(({ status: each }) => each));
    // One block too many: the only one that is answered.
    expect(await Promise.race(answers)).toBe(429);
    release();
    expect((await Promise.all(answers)).sort()).toEqual([...Array<number>(MAX_WAITING).fill(204), 429]);
    await first.status;
    await Promise.all(attack.map(({ request }) => request.status));
  });

  it('a block overtakes the writes that wait: both a block by an account it wants to follow and its own', async () => {
    const waiting = attack.filter(({ request }) => !request.isAnswered);
    const [theirs, own, ...rest] = waiting;
    if (theirs === undefined || own === undefined) throw new Error('Nothing waits');
    const byOther = start(theirs.stranger, 'PUT', blocks(ann.id));
    const byItself = start(ann, 'PUT', blocks(own.stranger.id));
    // Both have arrived once the instance answers later requests.
    await Promise.all([theirs.stranger.get('/users/me'), ann.get('/users/me')]);
    release();
    expect(await Promise.all([byOther.status, byItself.status])).toEqual([204, 204]);
    // The follows that were sent earlier meet the blocks.
    expect(await Promise.all([theirs.request.status, own.request.status])).toEqual([404, 403]);
    expect(new Set(await Promise.all(rest.map(({ request }) => request.status)))).toEqual(new Set([200]));
    await first.status;
  });
});

describe('an account that is busy on another instance', () => {
  let elsewhere: ReturnType<typeof start>;
  let release: () => void;
  /** Ann's document is written there, and not committed. */
  const makeBusy = async () => {
    const hold = proxy.holdNext(commit);
    release = hold.release;
    elsewhere = start(through(second, ann), 'PUT', following(bob.id));
    await hold.caught;
  };

  it("doesn't block the accounts it follows here, nor their other followers", async () => {
    await makeBusy();
    const [here, together] = [ann, dora].map((fan) => start(fan, 'PUT', following(pia.id)));
    await pia.call(204, 'PUT', blocks(carl.id));
    expect(await together?.status).toBe(200);
    expect([elsewhere.isAnswered, here?.isAnswered]).toEqual([false, false]);
    release();
    expect([await elsewhere.status, await here?.status]).toEqual([200, 200]);
    expect((await api.userOf(pia))['followersCount']).toBe(2);
    expect((await api.userOf(ann))['followingCount']).toBe(2);
  });

  it("doesn't block the accounts it blocks here", async () => {
    await makeBusy();
    const here = start(ann, 'PUT', blocks(pia.id));
    await pia.call(204, 'PUT', blocks(carl.id));
    await dora.call(200, 'PUT', following(pia.id));
    expect([elsewhere.isAnswered, here.isAnswered]).toEqual([false, false]);
    release();
    expect([await elsewhere.status, await here.status]).toEqual([200, 204]);
  });

  it("doesn't block an account that goes public while its request to follow it waits", async () => {
    await pia.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
    for (const fan of [dora, ann]) await fan.call(200, 'PUT', following(pia.id));
    await makeBusy();
    const opening = start(pia, 'PATCH', '/users/me', { visibility: 'public' });
    await pia.call(204, 'PUT', blocks(carl.id));
    expect(elsewhere.isAnswered).toBe(false);
    release();
    expect([await elsewhere.status, await opening.status]).toEqual([200, 200]);
    await eventually('Pia has two followers', async () => (await api.userOf(pia))['followersCount'] === 2);
  });
});

it('an account that goes public ten times at once accepts its requests once', async () => {
  await pia.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
  for (const fan of [ann, bob, carl]) await fan.call(200, 'PUT', following(pia.id));
  const hold = proxy.holdNext(({ update }) => update === 'follows');
  const commands = await commandsOf(api.app, async () => {
    const asked = Array.from({ length: 10 }, () =>
      start(pia, 'PATCH', '/users/me', { visibility: 'public' }),
    );
    await hold.caught;
    await pia.get('/users/me');
    hold.release();
    await Promise.all(asked.map(({ status }) => status));
  });
  // One that finds the requests, the last one, and one more round for requests that came meanwhile.
  const claims = commands.filter(({ findAndModify, update }) => {
    return findAndModify === 'users' && JSON.stringify(update).includes('claims');
  });
  expect(claims.length).toBeLessThanOrEqual(4);
  expect((await api.userOf(pia))['followersCount']).toBe(3);
});
