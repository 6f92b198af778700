import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Connection, createConnection, mongo, Error as MongooseError, Types } from 'mongoose';
import type { AuditService } from '../../src/audit/audit.service.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import { Cursors } from '../../src/common/http/page.js';
import { PersonalDataRegistry } from '../../src/users/personal-data.js';
import { ProblemError } from '../../src/common/problem.js';
import { UnreadableUserError } from '../../src/clerk/clerk-user.js';
import { DeletedUser, DeletedUserSchema } from '../../src/deleted-users/deleted-user.schema.js';
import { DeletedUsersService, hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { User, UserSchema } from '../../src/users/user.schema.js';
import { UsersService } from '../../src/users/users.service.js';
import { DeadLetter, DeadLetterSchema } from '../../src/webhooks/dead-letter.schema.js';
import { DeadLettersService } from '../../src/webhooks/dead-letters.service.js';
import type { Delivery } from '../../src/clerk/svix.js';
import {
  LEDGER_INDEX,
  OUTCOME_INDEX,
  OUTCOMES,
  WebhookEvent,
  WebhookEventSchema,
} from '../../src/webhooks/webhook-event.schema.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  type WebhookHandler,
} from '../../src/webhooks/webhook-handler.js';
import { WebhooksService } from '../../src/webhooks/webhooks.service.js';
import { skewClock, stopClock } from '../support/clock.js';
import { testDatabaseUri } from '../support/mongo.js';

// The ledger with its real collections; handlers and audit log are replaced.
let db: Connection;
let users: UsersService;
let deletedUsers: DeletedUsersService;
let deadLetters: DeadLettersService;
let metrics: Metrics;
let webhooks: WebhooksService;
const registry = new PersonalDataRegistry();
const cursors = new Cursors('secret');

type Handle = (data: Record<string, unknown>, commit: Commit) => Promise<unknown>;
const apply: Handle = (_data, commit) => commit(() => Promise.resolve('applied'));
const refuse: Handle = (_data, commit) => commit(deadLetter);
let handle: Handle;

@HandlesWebhook('user.created', 'user.updated')
class Handler implements WebhookHandler {
  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    await handle(data, commit);
  }

  subjectOf({ id }: Record<string, unknown>): string | undefined {
    return id as string | undefined;
  }
}
class Other {}
class Another {}

let recorded: unknown[];
let record: () => Promise<void>;
let errors: unknown[];
const finds: mongo.Document[] = [];

beforeAll(async () => {
  db = await createConnection(testDatabaseUri(), { monitorCommands: true }).asPromise();
  db.getClient().on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'find') finds.push(command);
  });
  const model = db.model(WebhookEvent.name, WebhookEventSchema);
  const tombstones = db.model(DeletedUser.name, DeletedUserSchema);
  await Promise.all([model.createIndexes(), tombstones.createIndexes()]);
  users = new UsersService(db.model(User.name, UserSchema), registry);
  deletedUsers = new DeletedUsersService(tombstones);
  metrics = new Metrics();
  deadLetters = new DeadLettersService(db.model(DeadLetter.name, DeadLetterSchema), registry, metrics);
});
beforeEach(() => {
  handle = apply;
  [recorded, errors] = [[], []];
  record = () => Promise.resolve();
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line) => errors.push(line) });
  metrics = new Metrics();
  webhooks = serviceWith([Other, Handler, Another]);
  webhooks.onModuleInit();
});
afterEach(async () => {
  Logger.overrideLogger(true);
  skewClock(0);
  for (const name of ['webhookEvents', 'webhookDeadLetters', 'users', 'deletedUsers'])
    await db.collection(name).deleteMany({});
});
afterAll(async () => {
  await db.dropDatabase();
  await db.close();
});

function serviceWith(providers: (new () => object)[]): WebhooksService {
  const found = providers.map((metatype) => ({ metatype, instance: new metatype() }));
  const audit = {
    record: (entry: unknown) => {
      recorded.push(entry);
      return record();
    },
  };
  return new WebhooksService(
    db.model<WebhookEvent>(WebhookEvent.name),
    db,
    deadLetters,
    users,
    deletedUsers,
    audit as unknown as AuditService,
    cursors,
    // A provider by its value has no class.
    { getProviders: () => [{ metatype: null, instance: {} }, ...found] } as never,
    new Reflector(),
    metrics,
  );
}

const admin = { userId: new Types.ObjectId(), requestId: 'req_1' };
const AT = Date.parse('2026-01-02T03:04:05.678Z');

function delivery(id: string, more: Partial<Delivery> = {}): Delivery {
  const data = { id: 'user_ann' };
  return { id, type: 'user.created', data, json: JSON.stringify({ type: 'user.created', data }), ...more };
}
const row = (id: string) => db.collection<{ _id: string }>('webhookEvents').findOne({ _id: id });
const letter = (id: string) => db.collection<{ _id: string }>('webhookDeadLetters').findOne({ _id: id });

/** Receives a delivery that can't be handled, and clears the log. */
async function receiveDead(id: string, more: Partial<Delivery> = {}): Promise<void> {
  handle = refuse;
  await webhooks.receive(delivery(id, more));
  handle = apply;
  errors = [];
}

/** `resolved`, or the code of a problem. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'resolved';
  } catch (error) {
    return error instanceof ProblemError ? error.code : String(error);
  }
}

/** The metrics of deliveries that are not 0, by type and outcome. */
async function counts(): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines
    .filter((line) => line.startsWith('webhook_deliveries_total{') && !line.endsWith(' 0'))
    .map((line) => line.slice('webhook_deliveries_total'.length));
}
async function ages(): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => /^webhook_delivery_age_seconds_(sum|count)/.test(line));
}

describe('when the service starts', () => {
  it('all counters start at zero', async () => {
    const lines = (await metrics.text()).split('\n');
    const outcomes = [...OUTCOMES, 'repeated', 'unavailable'];
    expect(lines.filter((line) => line.startsWith('webhook_deliveries_total{')).sort()).toEqual(
      [
        ...['user.created', 'user.updated', 'other'].flatMap((type) =>
          outcomes.map((outcome) => `webhook_deliveries_total{type="${type}",outcome="${outcome}"} 0`),
        ),
        'webhook_deliveries_total{type="unknown",outcome="refused"} 0',
        'webhook_deliveries_total{type="unknown",outcome="malformed"} 0',
      ].sort(),
    );
  });

  it('two handlers of one type stop it', () => {
    class Second extends Handler {}
    HandlesWebhook('user.updated')(Second);
    expect(() => {
      serviceWith([Handler, Second]).onModuleInit();
    }).toThrow('Two webhook handlers for user.updated');
  });
});

describe('a delivery', () => {
  it('is recorded with its outcome, and counted', async () => {
    stopClock(AT);
    await webhooks.receive(delivery('msg_1', { occurredAt: AT - 1500 }));
    expect(await row('msg_1')).toEqual({
      _id: 'msg_1',
      type: 'user.created',
      outcome: 'applied',
      at: new Date(AT),
    });
    expect(await counts()).toEqual(['{type="user.created",outcome="applied"} 1']);
    expect(await ages()).toEqual([
      'webhook_delivery_age_seconds_sum{type="user.created"} 1.5',
      'webhook_delivery_age_seconds_count{type="user.created"} 1',
    ]);
    expect([recorded, errors, await letter('msg_1')]).toEqual([[], [], null]);
  });

  it('has no age without the time of its event, and no negative age', async () => {
    stopClock(AT);
    await webhooks.receive(delivery('msg_1'));
    expect(await ages()).toEqual([]);
    await webhooks.receive(delivery('msg_2', { occurredAt: AT + 5000 }));
    expect(await ages()).toEqual([
      'webhook_delivery_age_seconds_sum{type="user.created"} 0',
      'webhook_delivery_age_seconds_count{type="user.created"} 1',
    ]);
  });

  it('is not handled again when it is repeated', async () => {
    await webhooks.receive(delivery('msg_1'));
    handle = (_data, commit) => commit(() => Promise.reject(new Error('handled again')));
    await webhooks.receive(delivery('msg_1', { type: 'user.updated', occurredAt: 1 }));
    await webhooks.receive(delivery('msg_1', { occurredAt: 1 }));
    expect(await counts()).toEqual([
      '{type="user.created",outcome="applied"} 1',
      '{type="user.created",outcome="repeated"} 1',
      '{type="user.updated",outcome="repeated"} 1',
    ]);
    expect(await ages()).toEqual([]);
    expect(await row('msg_1')).toMatchObject({ type: 'user.created', outcome: 'applied' });
  });

  it('has no effect when another instance has recorded it meanwhile', async () => {
    let effects = 0;
    const committed: boolean[] = [];
    handle = async (_data, commit) => {
      await db.collection<{ _id: string }>('webhookEvents').insertOne({ _id: 'msg_1' });
      committed.push(await commit(() => Promise.resolve(effects++ === 0 ? 'applied' : 'ignored')));
    };
    await webhooks.receive(delivery('msg_1'));
    expect(effects).toBe(0);
    expect(committed).toEqual([false]);
    expect(await row('msg_1')).toEqual({ _id: 'msg_1' });
    expect(await counts()).toEqual(['{type="user.created",outcome="repeated"} 1']);
  });

  it('of a type without a handler is ignored, and counted under one label', async () => {
    handle = () => Promise.reject(new Error('not for this type'));
    await webhooks.receive(delivery('msg_1', { type: 'x.y' }));
    await webhooks.receive(delivery('msg_2', { type: 'x.z' }));
    expect(await row('msg_1')).toMatchObject({ type: 'x.y', outcome: 'ignored' });
    expect(await counts()).toEqual(['{type="other",outcome="ignored"} 2']);
  });

  it('that cannot be handled now is counted, and not recorded', async () => {
    handle = async (_data, commit) => {
      await commit(() => Promise.reject(new Error('away')));
    };
    expect(await outcomeOf(webhooks.receive(delivery('msg_1', { occurredAt: 1 })))).toBe('Error: away');
    expect(await row('msg_1')).toBeNull();
    expect(await counts()).toEqual(['{type="user.created",outcome="unavailable"} 1']);
    expect(await ages()).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('a delivery that can never be handled', () => {
  it('is stored as a dead letter, and logged as an error', async () => {
    stopClock(AT);
    handle = refuse;
    await webhooks.receive(delivery('msg_1'));
    expect(await row('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    expect(await letter('msg_1')).toEqual({
      _id: 'msg_1',
      subjectHash: hashSubject('user_ann'),
      event: delivery('msg_1').json,
      at: new Date(AT),
    });
    expect(errors).toContainEqual({ msg: 'webhook dead-lettered', type: 'user.created', svixId: 'msg_1' });
    expect(await counts()).toEqual(['{type="user.created",outcome="dead_letter"} 1']);
    expect(await db.collection('deletedUsers').countDocuments()).toBe(0);
  });

  it('is a dead letter when MongoDB refuses its change', async () => {
    let isFirst = true;
    handle = (_data, commit) =>
      commit(() => {
        if (!isFirst) return Promise.resolve('applied');
        isFirst = false;
        return Promise.reject(new MongooseError.ValidationError());
      });
    await webhooks.receive(delivery('msg_1'));
    expect(await row('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    expect(errors).toContainEqual({
      msg: 'MongoDB refuses what a webhook changes',
      type: 'user.created',
      svixId: 'msg_1',
    });
  });

  it("is a dead letter when Clerk's account of its user cannot be read", async () => {
    handle = () => Promise.reject(new UnreadableUserError());
    await webhooks.receive(delivery('msg_1'));
    expect(await row('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    const msg = "Clerk's account of a webhook cannot be read";
    expect(errors).toContainEqual({ msg, type: 'user.created', svixId: 'msg_1' });
  });

  it('has no subject when its event has none', async () => {
    await receiveDead('msg_1', { data: {} });
    expect(await letter('msg_1')).not.toHaveProperty('subjectHash');
  });

  it('is ignored when its subject was deleted, so that it restores nothing', async () => {
    await addTombstone('user_ann');
    handle = refuse;
    await webhooks.receive(delivery('msg_1'));
    expect(await row('msg_1')).toMatchObject({ outcome: 'ignored' });
    expect(await letter('msg_1')).toBeNull();
    expect(errors).toEqual([]);
    await receiveDead('msg_2', { data: { id: 'user_bob' } });
    expect(await row('msg_2')).toMatchObject({ outcome: 'dead_letter' });
  });

  it('is stored while its subject has a user, even beside a tombstone', async () => {
    await db.collection('users').insertOne({ clerkId: 'user_ann' });
    await receiveDead('msg_1');
    await addTombstone('user_ann');
    await receiveDead('msg_2');
    for (const id of ['msg_1', 'msg_2']) expect(await row(id)).toMatchObject({ outcome: 'dead_letter' });
  });

  it('that can be handled causes no query of the tombstone', async () => {
    await addTombstone('user_ann');
    await webhooks.receive(delivery('msg_1'));
    expect(await row('msg_1')).toMatchObject({ outcome: 'applied' });
    expect(await db.collection('deletedUsers').countDocuments()).toBe(1);
  });

  async function addTombstone(subject: string): Promise<void> {
    const subjectHash = hashSubject(subject);
    await db
      .collection('deletedUsers')
      .insertOne({ subjectHash, deletedAt: new Date(), reason: 'user_requested' });
  }
});

describe('a replay', () => {
  const replay = (id: string) => webhooks.replay(admin, id);

  it('has the effect of the event, and erases the dead letter', async () => {
    stopClock(AT);
    await receiveDead('msg_0');
    await receiveDead('msg_1');
    stopClock(AT + 1000);
    const seen: unknown[] = [];
    handle = (data, commit) => {
      seen.push(data);
      return apply(data, commit);
    };
    const after = { _id: 'msg_1', type: 'user.created', outcome: 'applied', at: new Date(AT) };
    expect(await replay('msg_1')).toEqual(after);
    expect(await row('msg_1')).toEqual(after);
    expect(seen).toEqual([{ id: 'user_ann' }]);
    expect([await letter('msg_1'), await letter('msg_0')]).toEqual([null, expect.any(Object)]);
    expect(recorded).toEqual([
      { by: admin, action: 'webhook_event.replayed', target: { type: 'webhook_event', id: 'msg_1' } },
    ]);
    expect(await counts()).toEqual(['{type="user.created",outcome="dead_letter"} 2']);
    expect(errors).toEqual([]);
  });

  it('that fails again keeps the dead letter, and reports it', async () => {
    await receiveDead('msg_1');
    const before = await letter('msg_1');
    handle = refuse;
    expect(await replay('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    expect(await letter('msg_1')).toEqual(before);
    expect(recorded).toHaveLength(1);
    expect(errors).toContainEqual({ msg: 'webhook dead-lettered', type: 'user.created', svixId: 'msg_1' });
  });

  it('that cannot be recorded has no effect', async () => {
    await receiveDead('msg_1');
    record = () => Promise.reject(new Error('no record'));
    expect(await outcomeOf(replay('msg_1'))).toBe('Error: no record');
    expect(await row('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    expect(await letter('msg_1')).not.toBeNull();
  });

  it('is not_found without a row, without a dead letter, and for a handled event', async () => {
    await webhooks.receive(delivery('msg_fine'));
    await receiveDead('msg_no_row');
    await receiveDead('msg_no_letter');
    await db.collection<{ _id: string }>('webhookEvents').deleteOne({ _id: 'msg_no_row' });
    await db.collection<{ _id: string }>('webhookDeadLetters').deleteOne({ _id: 'msg_no_letter' });
    for (const id of ['msg_none', 'msg_fine', 'msg_no_row', 'msg_no_letter'])
      expect([id, await outcomeOf(replay(id))]).toEqual([id, 'not_found']);
    expect(recorded).toEqual([]);
  });

  it.each([
    ['dismissed', { $set: { outcome: 'dismissed' } }, 'not_found'],
    ['replayed', { $set: { outcome: 'applied' } }, 'resolved'],
    ['expired', undefined, 'not_found'],
  ])('has no effect when it was %s meanwhile', async (_what, change, outcome) => {
    await receiveDead('msg_1');
    let effects = 0;
    handle = async (_data, commit) => {
      const rows = db.collection<{ _id: string }>('webhookEvents');
      await (change === undefined
        ? rows.deleteOne({ _id: 'msg_1' })
        : rows.updateOne({ _id: 'msg_1' }, change));
      await commit(() => Promise.resolve(effects++ === 0 ? 'applied' : 'ignored'));
    };
    expect(await outcomeOf(replay('msg_1'))).toBe(outcome);
    expect(effects).toBe(0);
    expect(recorded).toEqual([]);
  });
});

describe('a dismissal', () => {
  const dismiss = (id: string) => webhooks.dismiss(admin, id, 'obsolete');

  it('erases the dead letter, and is recorded and counted once', async () => {
    stopClock(AT);
    await receiveDead('msg_0');
    await receiveDead('msg_1');
    const after = { _id: 'msg_1', type: 'user.created', outcome: 'dismissed', at: new Date(AT) };
    expect(await dismiss('msg_1')).toEqual(after);
    expect(await dismiss('msg_1')).toEqual(after);
    expect(await row('msg_1')).toEqual(after);
    expect(await row('msg_0')).toMatchObject({ outcome: 'dead_letter' });
    expect([await letter('msg_1'), await letter('msg_0')]).toEqual([null, expect.any(Object)]);
    expect(recorded).toEqual([
      {
        by: admin,
        action: 'webhook_event.dismissed',
        target: { type: 'webhook_event', id: 'msg_1' },
        reason: 'obsolete',
      },
    ]);
    expect(await counts()).toEqual([
      '{type="user.created",outcome="dead_letter"} 2',
      '{type="user.created",outcome="dismissed"} 1',
    ]);
  });

  it('is not_found when there is no dead letter', async () => {
    await webhooks.receive(delivery('msg_fine'));
    for (const id of ['msg_fine', 'msg_none']) expect(await outcomeOf(dismiss(id))).toBe('not_found');
    expect(await row('msg_fine')).toMatchObject({ outcome: 'applied' });
  });

  it('that cannot be recorded changes nothing', async () => {
    await receiveDead('msg_1');
    record = () => Promise.reject(new Error('no record'));
    expect(await outcomeOf(dismiss('msg_1'))).toBe('Error: no record');
    expect(await row('msg_1')).toMatchObject({ outcome: 'dead_letter' });
    expect(await letter('msg_1')).not.toBeNull();
  });
});

describe('the list', () => {
  const ids = (rows: readonly WebhookEvent[]) => rows.map(({ _id }) => _id);
  const list = (outcome: WebhookEvent['outcome'] | undefined, limit: number, cursor?: string) =>
    webhooks.list('viewer', outcome, { limit, cursor });

  /** Unsorted; some of one millisecond, one with a space in its id. */
  async function fill(): Promise<void> {
    const rows: [id: string, ms: number, outcome: string][] = [
      ['b', 2, 'applied'],
      ['a', 1, 'dead_letter'],
      ['d', 3, 'applied'],
      ['c c', 2, 'dead_letter'],
      ['c', 2, 'applied'],
    ];
    await db
      .collection<{ _id: string }>('webhookEvents')
      .insertMany(rows.map(([_id, ms, outcome]) => ({ _id, type: 'x', outcome, at: new Date(AT + ms) })));
  }

  it('is newest first, and its pages contain each row once', async () => {
    await fill();
    expect(ids((await list(undefined, 10)).items)).toEqual(['d', 'c c', 'c', 'b', 'a']);
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { items, nextCursor } = await list(undefined, limit, cursor);
        seen.push(...ids(items));
        if (nextCursor !== null) expect(items).toHaveLength(limit);
        cursor = nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(['d', 'c c', 'c', 'b', 'a']);
    }
  });

  it('can be limited to one outcome, page by page', async () => {
    await fill();
    const first = await list('dead_letter', 1);
    expect(ids(first.items)).toEqual(['c c']);
    const second = await list('dead_letter', 1, first.nextCursor ?? '');
    expect([ids(second.items), second.nextCursor]).toEqual([['a'], null]);
  });

  it('has cursors that are valid for one outcome and one viewer', async () => {
    await fill();
    const all = (await list(undefined, 1)).nextCursor ?? '';
    const dead = (await list('dead_letter', 1)).nextCursor ?? '';
    expect(cursors.decode(['webhook-events', '', 'viewer'], all)).toBe(`${AT + 3} d`);
    expect(cursors.decode(['webhook-events', 'dead_letter', 'viewer'], dead)).toBe(`${AT + 2} c c`);
    expect(await outcomeOf(list('dead_letter', 1, all))).toBe('invalid_cursor');
    expect(await outcomeOf(webhooks.list('another', undefined, { limit: 1, cursor: all }))).toBe(
      'invalid_cursor',
    );
  });

  it.each([
    [undefined, LEDGER_INDEX],
    ['applied', OUTCOME_INDEX],
  ] as const)('of %s reads by its own index', async (outcome, index) => {
    finds.length = 0;
    await list(outcome, 1);
    expect(finds).toMatchObject([{ find: 'webhookEvents', hint: index }]);
  });
});
