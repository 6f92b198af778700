import { isDeepStrictEqual } from 'node:util';
import { COMPARED, type Call, type Job, JOBS } from './jobs.ts';
import type { Server } from './servers.ts';
import { type Deliveries, ITEMS, type Traveller } from './travellers.ts';
import type { Bench } from './instance.ts';

interface Answer {
  status: number;
  body: string;
}

/** What may differ between two answers by nature: each server stamps its own time. */
const OWN_TIME = /"(?:updatedAt|addedAt)":"[^"]+"/g;

/**
 * Throws unless all servers answer the compared jobs with the same status and the same JSON in as many bytes.
 * After a webhook they must agree on the profile, too, and after the PUT of a new country on the item, apart
 * from the time of that write.
 * @returns how many answers were compared
 */
export async function compareBodies(
  bench: Bench,
  servers: readonly Server[],
  travellers: readonly Traveller[],
  deliveries: Deliveries,
): Promise<number> {
  const [traveller] = travellers;
  if (traveller === undefined) throw new Error('no travellers');
  let compared = 0;
  const compare = (title: string, answers: readonly (Answer & { server: Server })[]) => {
    const [first, ...others] = answers;
    for (const other of others) {
      compared++;
      if (first === undefined || (other.status === first.status && isSame(first.body, other.body))) continue;
      throw new Error(
        `${title}: ${other.server.name} answers ${other.status} ${other.body}\n` +
          `but ${first.server.name} ${first.status} ${first.body}`,
      );
    }
  };
  for (const name of COMPARED) {
    const job: Job = JOBS[name];
    const answers = [];
    const profiles = [];
    for (const server of servers.filter((each) => job.servers.includes(each.name))) {
      answers.push({ server, ...(await send(server, job.call(traveller, deliveries))) });
      if (job.once) profiles.push({ server, ...(await profileAfterWebhook(server, traveller, deliveries)) });
    }
    compare(job.title, answers);
    compare(`${job.title}, then the profile`, profiles);
  }
  compare('`PUT` of a new country', await putNewCountry(bench, servers, traveller));
  return compared;
}

function isSame(a: string, b: string): boolean {
  return Buffer.byteLength(a) === Buffer.byteLength(b) && isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}

async function send({ url }: Server, { method, path, headers, body }: Call): Promise<Answer> {
  const response = await fetch(url + path, { method, headers, body: body ?? null });
  return { status: response.status, body: await response.text() };
}

async function profileAfterWebhook(
  server: Server,
  traveller: Traveller,
  deliveries: Deliveries,
): Promise<Answer> {
  const { headers, body, firstName } = deliveries.next(traveller);
  await send(server, { method: 'POST', path: '/api/v2/webhooks/clerk', headers, body });
  const profile = await send(server, JOBS.me.call(traveller));
  if (!profile.body.includes(`"${firstName}"`))
    throw new Error(`${server.name} has not applied the webhook: ${profile.body}`);
  return { ...profile, body: profile.body.replace(firstName, '').replaceAll(OWN_TIME, '"time":""') };
}

/** Each server adds the country; it is removed again in between. */
async function putNewCountry({ db }: Bench, servers: readonly Server[], traveller: Traveller) {
  const answers = [];
  const list = await db.collection('wishlists').findOne({ 'items.countryCode': traveller.countryCode });
  const taken = new Set(
    ((list?.['items'] ?? []) as { countryCode: string }[]).map((item) => item.countryCode),
  );
  const countryCode = ['ZW', 'ZM', 'YE'].find((code) => !taken.has(code)) ?? '';
  if (taken.size !== ITEMS || countryCode === '') throw new Error(`a list of ${taken.size} items`);
  for (const server of servers.filter((each) => (JOBS.put as Job).servers.includes(each.name))) {
    const answer = await send(server, JOBS.put.call({ ...traveller, countryCode }));
    if (answer.status !== 201) throw new Error(`${server.name} adds a country: ${answer.status}`);
    answers.push({ server, ...answer, body: answer.body.replaceAll(OWN_TIME, '"time":""') });
    await db.collection('naiveItems').deleteMany({ countryCode });
    await db
      .collection('wishlists')
      .updateMany({ 'items.countryCode': countryCode }, { $pull: { items: { countryCode } } } as never);
  }
  return answers;
}
