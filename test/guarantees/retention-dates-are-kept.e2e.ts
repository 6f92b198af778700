import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ArchivesService } from '../../src/deletion/archives.service.js';
import { TombstonesService } from '../../src/deletion/tombstones.service.js';
import { hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { clerkEnvironment } from '../support/clerk-environment.js';
import { eventually } from '../support/eventually.js';
import { metricOf } from '../support/metrics.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface Kept {
  kept: { what: string; until: string | null }[];
}

const DAY_MS = 24 * 60 * 60_000;
const PROMISED = 100;

let api: TestApp;
let admin: Joined;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp({ DELETED_USER_RETENTION_DAYS: String(PROMISED) });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

/** Runs `work` with an instance on the same database and Clerk, with other settings. */
async function withSetting(
  days: number,
  work: (other: TestApp) => Promise<void>,
  purge: 'manual' | 'automatic' = 'manual',
): Promise<void> {
  const other = await startTestApp({
    MONGODB_URI: api.config.mongodbUri,
    ...clerkEnvironment(api.clerk),
    DELETED_USER_RETENTION_DAYS: String(days),
    DELETED_USER_PURGE: purge,
  });
  try {
    await work(other);
  } finally {
    await other.close({ keepDatabase: true });
  }
}

async function requestDeletion(): Promise<string> {
  const { receiptUrl } = await ann.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
  return receiptUrl.replace('/api/v2', '');
}

/** The days from deletion to purge: by the receipt, by its statement, and by the admins' view. */
async function daysKept(from: TestApp, receiptUrl: string) {
  const archive = await from.db.collection('deletedUsers').findOne({ clerkId: ann.clerkId });
  const days = (until: string | null | undefined) =>
    (Date.parse(until ?? '') - (archive?.['deletedAt'] as Date).getTime()) / DAY_MS;
  const receipt = await from.anonymous.get<Kept & { statement: string }>(receiptUrl);
  const { purgeAt } = await from
    .withToken(admin.token)
    .get<{ purgeAt: string }>(`/admin/deleted-users/${String(archive?._id)}`);
  const statement = decodeJwt<Kept>(receipt.statement);
  return {
    receipt: days(receipt.kept[0]?.until),
    statement: days(statement.kept[0]?.until),
    admin: days(purgeAt),
  };
}

const archives = (app: TestApp) => app.app.get(ArchivesService);
const store = (set: object) =>
  api.db.collection('deletedUsers').updateOne({ clerkId: ann.clerkId }, { $set: set });
const storedKeptUntil = async () =>
  (await api.db.collection('deletedUsers').findOne({ subjectHash: hashSubject(ann.clerkId) }))?.[
    'keptUntil'
  ] as Date | undefined;

it('a longer setting changes no promised date, a shorter one shortens it; the statement stays', async () => {
  const url = await requestDeletion();
  await api.deletionOf(ann);
  const promised = { receipt: PROMISED, statement: PROMISED, admin: PROMISED };
  expect(await daysKept(api, url)).toEqual(promised);
  await withSetting(1000, async (longer) => {
    expect(await daysKept(longer, url)).toEqual(promised);
  });
  await withSetting(10, async (shorter) => {
    expect(await daysKept(shorter, url)).toEqual({ ...promised, receipt: 10, admin: 10 });
  });
  expect(await daysKept(api, url)).toEqual(promised);
});

it('a setting that changes during the deletion: the statement names the date that was promised at its beginning', async () => {
  const mended = api.clerk.fail({ method: 'DELETE', mode: 'refuse' });
  const url = await requestDeletion();
  const deletions = api.db.collection('deletions');
  const subjectHash = hashSubject(ann.clerkId);
  await eventually(
    'a run of the deletion has failed',
    async () => (await deletions.countDocuments({ subjectHash, failures: { $gte: 1 } })) > 0,
  );
  await withSetting(1000, async (longer) => {
    mended();
    await deletions.updateOne({ subjectHash }, { $unset: { dueAt: 1, run: 1 } });
    await longer.deletionOf(ann);
    expect(await daysKept(longer, url)).toMatchObject({ statement: PROMISED, receipt: PROMISED });
  });
});

it.each(['manual', 'automatic'] as const)(
  'purged (%s) at the promised date, although the setting is longer by now',
  async (purge) => {
    await requestDeletion();
    await api.deletionOf(ann);
    await withSetting(
      1000,
      async (longer) => {
        const overdue = () => metricOf(longer.anonymous.url, 'deleted_user_archives_overdue');
        expect(await archives(longer).purgeExpired(10)).toBe(0);
        const before = await overdue();
        await store({ keptUntil: new Date(Date.now() - 1) });
        expect(Number(await overdue())).toBe(Number(before) + 1);
        expect(await archives(longer).purgeExpired(10)).toBe(purge === 'automatic' ? 1 : 0);
        if (purge === 'manual') await store({ legalHold: true });
      },
      purge,
    );
  },
);

it('an archive of an older version gets its date once, from the setting at the first start', async () => {
  const url = await requestDeletion();
  await api.deletionOf(ann);
  await api.db.collection('deletedUsers').updateOne({ clerkId: ann.clerkId }, { $unset: { keptUntil: 1 } });
  await withSetting(50, async (first) => {
    // The first sweep comes right after the start.
    await eventually('the archive has a date', storedKeptUntil);
    expect(await daysKept(first, url)).toMatchObject({ receipt: 50, admin: 50 });
  });
  await withSetting(1000, async (longer) => {
    await archives(longer).fixDates();
    expect(await daysKept(longer, url)).toMatchObject({ receipt: 50, admin: 50 });
  });
});

it('a replayed tombstone brings its date with it; of two dates, the earlier one counts', async () => {
  const deletedAt = new Date(Date.now() - DAY_MS);
  const keptUntil = new Date(Date.now() + 5 * DAY_MS);
  const tombstone = {
    subjectHash: hashSubject(ann.clerkId),
    deletedAt: deletedAt.toISOString(),
    reason: 'user_requested',
    keptUntil: keptUntil.toISOString(),
  } as const;
  expect(await api.app.get(TombstonesService).replay([tombstone])).toMatchObject({ deleted: 1 });
  await api.deletionOf(ann);
  expect(await storedKeptUntil()).toEqual(keptUntil);
  const archive = await api.db.collection('deletedUsers').findOne({ clerkId: ann.clerkId });
  expect(archive).toMatchObject({ deletedAt });
});

it('a tombstone replayed over an existing archive may shorten its date, and never lengthens it', async () => {
  await requestDeletion();
  await api.deletionOf(ann);
  const replay = (days: number) => {
    const tombstone = {
      subjectHash: hashSubject(ann.clerkId),
      deletedAt: new Date().toISOString(),
      reason: 'user_requested',
      keptUntil: new Date(days * DAY_MS).toISOString(),
    } as const;
    return api.app.get(TombstonesService).replay([tombstone]);
  };
  const inDays = Math.round(Date.now() / DAY_MS);
  expect(await replay(inDays + 5)).toMatchObject({ known: 1, tombstoned: 0 });
  expect(await storedKeptUntil()).toEqual(new Date((inDays + 5) * DAY_MS));
  await replay(inDays + 6);
  expect(await storedKeptUntil()).toEqual(new Date((inDays + 5) * DAY_MS));
  await api.db.collection('deletedUsers').updateOne({ clerkId: ann.clerkId }, { $unset: { keptUntil: 1 } });
  await replay(inDays + 6);
  expect(await storedKeptUntil()).toEqual(new Date((inDays + 6) * DAY_MS));
});

it('archives with a missing or malformed date of deletion do not affect dates and purges of others', async () => {
  const url = await requestDeletion();
  await api.deletionOf(ann);
  await store({ keptUntil: null });
  expect(await daysKept(api, url)).toMatchObject({ receipt: PROMISED, admin: PROMISED });
  const deletedUsers = api.db.collection('deletedUsers');
  const odd = [{ deletedAt: '2026-01-01' }, {}].map((each, index) => ({
    ...each,
    subjectHash: `odd-${index}`,
    clerkId: `odd-${index}`,
  }));
  await deletedUsers.insertMany(odd);
  try {
    await archives(api).fixDates();
    expect(await storedKeptUntil()).toBeInstanceOf(Date);
    for (const { clerkId } of odd)
      expect(await deletedUsers.findOne({ clerkId })).not.toHaveProperty('keptUntil');
    await store({ keptUntil: new Date(Date.now() - 1) });
    const isPurged = async () =>
      (await deletedUsers.findOne({ subjectHash: hashSubject(ann.clerkId) }))?.['purgedAt'] !== undefined;
    await withSetting(
      1000,
      async () => {
        await eventually('the archive is purged', isPurged);
      },
      'automatic',
    );
  } finally {
    await deletedUsers.deleteMany({ clerkId: /^odd-/ });
  }
});
