import type { Step } from '../scale/plans.ts';
import type { Scale } from '../scale/report.ts';

/**
 * By collection: the shard key, its kind, and fields that would be looked up in a collection of their own,
 * because only a shard key can be unique over all shards.
 */
const SHARD_KEYS: Readonly<
  Record<string, { key: string; kind: string; lookups?: readonly string[]; why: string }>
> = {
  users: {
    key: '_id',
    kind: 'hashed',
    lookups: ['clerkId', 'username'],
    why: 'cards, counters and locks are by id. `clerkId` and `username` are unique, so each needs a collection of its own (`_id`: the value) that the creation writes in its transaction; a known token remembers its user’s id',
  },
  wishlists: { key: '_id', kind: 'hashed', why: 'a wishlist has the `_id` of its user' },
  follows: {
    key: 'followerId',
    kind: '{ followerId, followeeId }',
    why: 'unique by this pair; who one follows is on one shard. What is between a viewer and a page of users is on the shards of both. Followers of a user ask all shards for a page each, merged by `_id`',
  },
  blocks: { key: 'blockerId', kind: '{ blockerId, blockedId }', why: 'as follows' },
  webhookEvents: {
    key: '_id',
    kind: 'hashed',
    why: 'the `svix-id`: the check for repeats is on one shard; lists for admins scatter',
  },
  deletedUsers: {
    key: 'subjectHash',
    kind: 'hashed',
    why: 'each first request looks for a tombstone by it; lists for admins scatter',
  },
};
const UNSHARDED =
  '`purchases`, `deletions`, `auditEvents`, `locks` and the other small ones stay whole on one shard: purchases are unique by attempt and by reference, which no shard key of theirs could be.';

type Reach = 'one' | 'some' | 'all';

/** How many shards a command asks, by the values of the shard key in its filter. */
function reachOf({ command, plan, values }: Step): Reach {
  const sharded = SHARD_KEYS[command.slice(0, command.indexOf('.'))];
  // An insert has no plan.
  if (sharded === undefined || plan === '') return 'one';
  const limits = [sharded.key, ...(sharded.lookups ?? [])].map((field) => values[field] ?? Infinity);
  const least = Math.min(...limits);
  if (least <= 1) return 'one';
  return least === Infinity ? 'all' : 'some';
}

export function shardingTable({ operations }: Scale): string {
  const keys = Object.entries(SHARD_KEYS).map(
    ([name, { key, kind, why }]) =>
      `| \`${name}\` | \`${kind === 'hashed' ? `{ ${key}: "hashed" }` : kind}\` | ${why} |`,
  );
  const rows = operations.map(({ name, large: { steps } }) => {
    const of = (reach: Reach) =>
      [
        ...new Set(steps.filter((step) => reachOf(step) === reach).map(({ command }) => `\`${command}\``)),
      ].join(', ');
    return `| ${name} | ${of('one')} | ${of('some')} | ${of('all')} |`;
  });
  return `| collection | key | why |
|---|---|---|
${keys.join('\n')}

${UNSHARDED}

Which shards the commands of each operation would ask, by the filters that they had in the scale run, alone. "Some": a list of ids, on as many shards as hold them; concurrent requests share reads, which then ask some, too.

| operation | one shard | some | all |
|---|---|---|---|
${rows.join('\n')}`;
}
