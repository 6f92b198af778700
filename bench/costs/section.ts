import { format, resolveConfig } from 'prettier';
import { ratioOf, type Scale } from '../scale/report.ts';
import { CACHE_SHARE, CLERK, DATABASE, HOT_SHARE, INSTANCE, PRICES, USAGE } from './inputs.ts';
import { shardingTable } from './sharding.ts';

export const BEGIN = '<!-- made by `npm run bench:costs` -->';
export const END = '<!-- end of what `npm run bench:costs` made -->';

const MONTH_SECONDS = 730 * 3600;
const GIB = 2 ** 30;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const whole = (value: number) => Math.round(value).toLocaleString('en');
const usd = (value: number) => `$${whole(value)}`;

/** The page with its generated part made anew. @throws without the two comments */
export async function withCosts(page: string, scale: Scale): Promise<string> {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`The page lacks "${BEGIN}" and "${END}"`);
  const made = `${page.slice(0, from)}${BEGIN}\n\n${costs(scale)}\n${page.slice(to)}`;
  const options = await resolveConfig(new URL('../../docs/operations.md', import.meta.url));
  return format(made, { ...options, parser: 'markdown' });
}

interface Load {
  name: string;
  times: number;
  service: number;
  mongod: number;
}

/** CPU seconds of a month, for all monthly users. */
function loadOf({ operations }: Scale): Load[] {
  return Object.entries(USAGE.operations).map(([name, times]) => {
    const found = operations.find((operation) => operation.name === name);
    if (found === undefined) throw new Error(`The scale run has no operation "${name}"`);
    const { service, mongod } = found.large;
    // Times 10^6 users, in µs: seconds.
    const users = USAGE.monthlyUsers / 1e6;
    return { name, times, service: service * times * users, mongod: mongod * times * users };
  });
}

/** Cores at the busiest hour, at the wanted utilisation. */
const coresAt = (cpuSeconds: number) => (cpuSeconds / MONTH_SECONDS) * (USAGE.peakFactor / USAGE.utilisation);

function storageOf({ storage }: Scale) {
  const registered = USAGE.monthlyUsers / USAGE.activeShare;
  const per = (name: string) => {
    const found = storage[name];
    if (found === undefined) throw new Error(`The scale run has no storage of ${name}`);
    return { data: found.dataBytes / found.documents, index: found.indexBytes / found.documents };
  };
  return [
    { name: 'a user', ...per('users'), count: registered },
    { name: 'a wishlist of 8 countries', ...per('wishlists'), count: registered },
    { name: 'a follow edge', ...per('follows'), count: registered * USAGE.edgesPerUser },
    {
      name: 'a webhook, for 90 days',
      ...per('webhookEvents'),
      count: USAGE.monthlyUsers * USAGE.webhooksPerUser,
    },
    { name: 'a purchase', ...per('purchases'), count: registered * USAGE.purchasesPerUser },
  ];
}

/** What Clerk charges for so many users. */
export function clerkPrice(users: number): number {
  let [price, from] = [CLERK.base as number, 0];
  for (const [upTo, each] of CLERK.tiers) {
    price += Math.max(0, Math.min(users, upTo) - from) * each;
    from = upTo;
  }
  return price;
}

function costs(scale: Scale): string {
  const load = loadOf(scale);
  const [service, mongod] = [sum(load.map((each) => each.service)), sum(load.map((each) => each.mongod))];
  const stored = storageOf(scale);
  const gib = sum(stored.map(({ data, index, count }) => ((data + index) * count) / GIB));
  const instances = Math.max(INSTANCE.least, Math.ceil(coresAt(service)));
  const hot = gib * HOT_SHARE;
  const vcpu = DATABASE.vcpuSteps.find(
    (each) => each >= coresAt(mongod) && each * DATABASE.gibPerVcpu * CACHE_SHARE >= hot,
  );
  if (vcpu === undefined) throw new Error('No member is large enough');
  const hours = MONTH_SECONDS / 3600;
  const machine = (cpus: number, memory: number) =>
    (cpus * PRICES.vcpuHour + memory * PRICES.gibHour) * hours;
  const bills = [
    [
      `${instances} instances of ${INSTANCE.vcpu} vCPU, ${INSTANCE.gib} GiB`,
      instances * machine(INSTANCE.vcpu, INSTANCE.gib),
    ],
    [
      `${DATABASE.members} members of ${vcpu} vCPU, ${vcpu * DATABASE.gibPerVcpu} GiB`,
      DATABASE.members * machine(vcpu, vcpu * DATABASE.gibPerVcpu),
    ],
    [
      `${DATABASE.members} disks of ${whole(gib * 2)} GiB, twice the data`,
      DATABASE.members * gib * 2 * PRICES.gibMonth,
    ],
  ] as const;
  const total = sum(bills.map(([, price]) => price));
  return `${usageTable(load, service, mongod)}

${growth(scale)} At a peak of ${USAGE.peakFactor} times the average and ${USAGE.utilisation * 100} % utilisation the seconds of this table are ${coresAt(service).toFixed(1)} cores of the service and ${coresAt(mongod).toFixed(1)} of the primary. All reads go to the primary, because a request must see what was committed before it. Idle instances use about 1 % of a core each, not counted here.

| stored | bytes on disk | of its indexes | for a million monthly users, GiB |
|---|---|---|---|
${stored.map(({ name, data, index, count }) => `| ${name} | ${data.toFixed(0)} | ${index.toFixed(0)} | ${(((data + index) * count) / GIB).toFixed(2)} |`).join('\n')}
| together | | | ${gib.toFixed(1)} |

As WiredTiger compresses it, in the population of the scale run. ${whole(USAGE.monthlyUsers / USAGE.activeShare)} users are stored for a million who come in a month; each has ${USAGE.edgesPerUser} edges on average.

| a month, for a million monthly users | USD |
|---|---|
${bills.map(([name, price]) => `| ${name} | ${usd(price)} |`).join('\n')}
| **the service and its database** | **${usd(total)}** |
| **Clerk**, by a third party’s copy of its prices | **${usd(clerkPrice(USAGE.monthlyUsers))}** |

Prices: ${PRICES.source}, ${PRICES.asOf}: $${PRICES.vcpuHour} for a vCPU-hour, $${PRICES.gibHour} for a GiB-hour of memory, $${PRICES.gibMonth} for a GiB-month of disk. Without traffic, logs, backups, support; a managed MongoDB costs more than its machines. Clerk: ${CLERK.source} of ${CLERK.asOf}, not checked at Clerk: $${CLERK.base}, then by user${CLERK.tiers
    .slice(1)
    .map(([upTo, each]) => `, up to ${whole(upTo)} $${each}`)
    .join('')}. Clerk counts only users who come back a day after their sign-up, so its bill is at most this.

### When a replica set stops being enough

${limits(scale, mongod, gib)}

### Shard keys

${shardingTable(scale)}`;
}

function growth({ operations, small, large }: Scale): string {
  const [most] = operations.toSorted((a, b) => ratioOf(b) - ratioOf(a));
  if (most === undefined) throw new Error('The scale run has no operations');
  return `With ${whole(large.users)} users an operation costs at most ${ratioOf(most).toFixed(2)} times what it costs with ${whole(small.users)} (${most.name}).`;
}

function usageTable(load: readonly Load[], service: number, mongod: number): string {
  const rows = load
    .toSorted((a, b) => b.service + b.mongod - a.service - a.mongod)
    .map(
      ({ name, times, service: ours, mongod: theirs }) =>
        `| ${name} | ${Number(times.toFixed(2))} | ${whole(ours)} | ${whole(theirs)} |`,
    );
  return `A million monthly users, ${USAGE.sessions} sessions each; costs of an operation from the scale run:

| operation | times per user and month | service, CPU s | mongod, CPU s |
|---|---|---|---|
${rows.join('\n')}
| **together** | ${Number(sum(load.map(({ times }) => times)).toFixed(1))} | **${whole(service)}** | **${whole(mongod)}** |`;
}

function limits(scale: Scale, mongod: number, gib: number): string {
  const largest = DATABASE.vcpuSteps.at(-1) ?? Number.NaN;
  const memory = largest * DATABASE.gibPerVcpu;
  const million = USAGE.monthlyUsers / 1e6;
  const byCpu = (largest / coresAt(mongod)) * million;
  const byMemory = ((memory * CACHE_SHARE) / (gib * HOT_SHARE)) * million;
  const cost = (name: string) => scale.operations.find((each) => each.name === name)?.large.mongod ?? NaN;
  const perSecond = (name: string) => whole((1e6 / cost(name)) * USAGE.utilisation);
  return `| limit of a primary with ${largest} vCPU and ${memory} GiB | million monthly users |
|---|---|
| its CPU, at peak and ${USAGE.utilisation * 100} % | ${byCpu.toFixed(0)} |
| its cache holds the half of the data that is used | ${byMemory.toFixed(0)} |

A core of the primary takes, at ${USAGE.utilisation * 100} %, each alone: ${perSecond('webhook user.updated')} webhooks \`user.updated\` a second, ${perSecond('PUT and DELETE of a wish')} pairs of a wish added and removed, ${perSecond('follow and unfollow a user')} pairs of a follow and an unfollow, ${perSecond('GET me')} reads of one's own profile. mongod spreads them over its cores; one followee's changes follow one another.`;
}
