import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DeletionSteps } from '../../src/deletion/deletion-steps.service.js';
import { LEASE_MS, type LeasedDeletion } from '../../src/deletion/deletions.service.js';
import type { DeletionFacts, ReceiptSigner } from '../../src/deletion/receipt-signer.js';
import type { Batch } from '../../src/common/mongodb/batches.js';
import {
  type DeletedPerson,
  type PersonalData,
  PersonalDataRegistry,
} from '../../src/users/personal-data.js';
import type { Traces } from '../../src/common/observability/traces.js';
import type { Config } from '../../src/config/config.js';
import type { ClerkDirectory } from '../../src/clerk/clerk-directory.js';
import { hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { type DeletionRecords, startDeletionRecords } from '../support/deletion-records.js';

// The steps with the real `deletions`; Clerk, the erased collections and the signature are replaced.
const VERIFY_AFTER_MS = 60_000;

let records: DeletionRecords;
let db: DeletionRecords['db'];
let deletions: DeletionRecords['deletions'];
let metrics: DeletionRecords['metrics'];
beforeAll(async () => {
  records = await startDeletionRecords();
  ({ db, deletions, metrics } = records);
});
afterAll(() => records.close());

/** Calls in their order. */
let events: string[];
let errors: unknown[];
let signed: DeletionFacts[];
let spans: unknown[][];
let registry: PersonalDataRegistry;
let deleteInClerk: (clerkId: string) => Promise<void>;
/** The monotonic clock, which only the tests move. */
let now: number;
beforeEach(() => {
  [events, errors, signed, spans] = [[], [], [], []];
  registry = new PersonalDataRegistry();
  deleteInClerk = (clerkId) => Promise.resolve(void events.push(`clerk ${clerkId}`));
  now = 1000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line) => errors.push(line) });
});
afterEach(async () => {
  jest.spyOn(performance, 'now').mockRestore();
  Logger.overrideLogger(true);
  await records.clear();
});

function steps(): DeletionSteps {
  return new DeletionSteps(
    { deletions: { verifyAfterMs: VERIFY_AFTER_MS } } as Config,
    db,
    deletions,
    registry,
    { deleteUser: (clerkId: string) => deleteInClerk(clerkId) } as ClerkDirectory,
    {
      sign: (facts: DeletionFacts) => {
        signed.push(facts);
        return Promise.resolve('statement');
      },
    } as unknown as ReceiptSigner,
    metrics,
    {
      span: (name: string, kind: string, attributes: object, work: () => Promise<void>) => {
        spans.push([name, kind, attributes]);
        return work();
      },
    } as unknown as Traces,
  );
}

/** A leased deletion whose first run began `ageMs` before. */
async function lease(ageMs = 0, isClerkDone = false): Promise<LeasedDeletion> {
  await records.begin('user_ann', { isClerkDone });
  const deletion = await records.lease();
  deletion.startedAt = new Date(deletion.dueAt.getTime() - LEASE_MS - ageMs);
  return deletion;
}
const checkpoint = () => Promise.resolve(void events.push('checkpoint'));
const stored: DeletionRecords['stored'] = (deletion) => records.stored(deletion);

/** Registers a collection whose batches erase these counts. */
function register(collection: string, step: 'purchases' | 'graph' | 'traces', counts: number[] = []): void {
  registerEntry({
    collection,
    erase: {
      step,
      batch: ({ clerkId }) => {
        events.push(`${collection} ${clerkId}`);
        return Promise.resolve({ count: counts.shift() ?? 0 } satisfies Batch);
      },
    },
  });
}
function registerEntry(entry: Pick<PersonalData, 'collection'> & Partial<PersonalData>): void {
  registry.register({ erase: 'fence', isLeft: () => Promise.resolve(false), exports: {}, ...entry });
}

describe('a deletion advances', () => {
  it('in the order of its steps, with a checkpoint before each step and after each batch, and counts erased documents', async () => {
    register('letters', 'traces', [1]);
    register('follows', 'graph', [2, 3]);
    register('blocks', 'graph');
    registerEntry({ collection: 'users' });
    const deletion = await lease();
    expect(await steps().advance(deletion, checkpoint)).toBe(VERIFY_AFTER_MS);
    const [follows, letters] = ['follows user_ann', 'letters user_ann'];
    expect(events).toEqual([
      ...['checkpoint', 'clerk user_ann', 'checkpoint'],
      ...['checkpoint', follows, 'checkpoint', follows, 'checkpoint', follows, 'blocks user_ann'],
      ...['checkpoint', letters, 'checkpoint', letters],
    ]);
    expect(await stored(deletion)).toMatchObject({
      done: {
        clerk: expect.any(Date),
        purchases: expect.any(Date),
        graph: expect.any(Date),
        traces: expect.any(Date),
      },
      completedAt: null,
    });
    expect((await stored(deletion))?.['erased']).toEqual({ users: 1, follows: 5, letters: 1 });
  });

  it('with a span for each step, which names the deletion alone', async () => {
    const deletion = await lease();
    await steps().advance(deletion, checkpoint);
    const attributes = { 'roavelo.deletion_id': String(deletion._id) };
    expect(spans).toEqual(
      ['clerk', 'purchases', 'graph', 'traces'].map((step) => [`deletion ${step}`, 'INTERNAL', attributes]),
    );
  });

  it('without steps that are done', async () => {
    register('letters', 'traces');
    const deletion = await lease(0, true);
    deletion.done.traces = new Date();
    await steps().advance(deletion, checkpoint);
    expect(events).toEqual(['checkpoint', 'checkpoint']);
    expect((await stored(deletion))?.['done']).toEqual({
      clerk: expect.any(Date),
      purchases: expect.any(Date),
      graph: expect.any(Date),
    });
  });

  it('past a failed step, which stays to be done and whose error is thrown', async () => {
    register('follows', 'graph', [1]);
    deleteInClerk = () => Promise.reject(new Error('Clerk is away'));
    const deletion = await lease(VERIFY_AFTER_MS);
    await expect(steps().advance(deletion, checkpoint)).rejects.toThrow('Clerk is away');
    expect(Object.keys((await stored(deletion))?.['done'] as object).sort()).toEqual([
      'graph',
      'purchases',
      'traces',
    ]);
    expect(signed).toEqual([]);
  });

  it('until its run has to stop', async () => {
    const deletion = await lease();
    const stop = () => Promise.reject(new Error('interrupted'));
    await expect(steps().advance(deletion, stop)).rejects.toThrow('interrupted');
    expect((await stored(deletion))?.['done']).toEqual({});
  });

  it('not at all when it names no user, because it was completed meanwhile', async () => {
    const { userId: _, ...withoutUser } = await lease(VERIFY_AFTER_MS);
    const { clerkId: __, ...withoutSubject } = await lease(VERIFY_AFTER_MS);
    for (const deletion of [withoutUser, withoutSubject])
      expect(await steps().advance(deletion, checkpoint)).toBeUndefined();
    expect(events).toEqual([]);
    expect(signed).toEqual([]);
  });
});

describe('the verification', () => {
  it.each([
    [0, 0, VERIFY_AFTER_MS],
    [20_000, 0, 40_000],
    [20_000, 5000, 35_000],
    [0, 5000, 55_000],
    [-30_000, 5000, 55_000],
    [VERIFY_AFTER_MS - 1, 0, 1],
    [VERIFY_AFTER_MS - 1, 1, undefined],
    [VERIFY_AFTER_MS, 0, undefined],
  ])('of a deletion begun %i ms before, whose steps took %i ms: in %s ms', async (age, took, wait) => {
    deleteInClerk = () => Promise.resolve(void (now += took));
    const deletion = await lease(age);
    expect(await steps().advance(deletion, checkpoint)).toBe(wait);
    expect((await stored(deletion))?.['statement']).toBe(wait === undefined ? 'statement' : undefined);
  });

  it('signs the counts, with those of the last batches, and completes the deletion', async () => {
    register('follows', 'graph', [2]);
    const asked: DeletedPerson[] = [];
    registerEntry({ collection: 'users', isLeft: (person) => Promise.resolve(asked.push(person) === 0) });
    const deletion = await lease(VERIFY_AFTER_MS);
    expect(await steps().advance(deletion, checkpoint)).toBeUndefined();
    const { _id, userId, requestedAt } = deletion;
    expect(asked).toEqual([{ userId, clerkId: 'user_ann', archiveId: _id }]);
    const completed = await stored(deletion);
    expect(completed).toMatchObject({ statement: 'statement', completedAt: expect.any(Date) });
    expect(signed).toEqual([
      {
        id: _id,
        subjectHash: hashSubject('user_ann'),
        reason: 'user_requested',
        requestedAt,
        completedAt: completed?.['completedAt'] as Date,
        erased: { users: 1, follows: 2 },
      },
    ]);
    expect(errors).toEqual([]);
  });

  it.each([
    ['that a step erases: the step has to be done again', 'graph', ['clerk', 'purchases', 'traces']],
    ['that the fence alone erases', undefined, ['clerk', 'graph', 'purchases', 'traces']],
  ] as const)(
    'that finds a document alerts and signs no receipt, in a collection %s',
    async (_what, step, done) => {
      const erase = step && { erase: { step, batch: () => Promise.resolve({ count: 0 }) } };
      registerEntry({ collection: 'follows', ...erase, isLeft: () => Promise.resolve(true) });
      const deletion = await lease(VERIFY_AFTER_MS);
      const leftovers = async () =>
        Number(/^deletion_leftovers_total (\d+)$/m.exec(await metrics.text())?.[1]);
      const before = await leftovers();
      await expect(steps().advance(deletion, checkpoint)).rejects.toThrow(
        'follows still refers to a deleted user',
      );
      expect(Object.keys((await stored(deletion))?.['done'] as object).sort()).toEqual(done);
      expect(await stored(deletion)).toMatchObject({ completedAt: null });
      expect(signed).toEqual([]);
      expect(await leftovers()).toBe(before + 1);
      expect(errors).toContainEqual({
        msg: 'ALERT: a deleted user is still referred to',
        collection: 'follows',
      });
    },
  );

  it('signs the counts of the lease when the record itself is gone', async () => {
    const isLeft = async () => {
      await db.collection('deletions').deleteMany({});
      return false;
    };
    registerEntry({ collection: 'users', isLeft });
    await steps().advance(await lease(VERIFY_AFTER_MS), checkpoint);
    expect(signed).toMatchObject([{ erased: { users: 1 } }]);
  });
});
