import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { ClientSession } from 'mongoose';
import { AccountDeletionService, type Fenced } from '../../src/deletion/account-deletion.service.js';
import { readClerkUser } from '../../src/clerk/clerk-user.js';
import { ProfileUpdates, type ApplyState } from '../../src/users/profile-updates.js';
import { RollbackService } from '../../src/users/rollback.service.js';
import { UnsaveableUserError, UserSyncService } from '../../src/users/user-sync.service.js';
import { DeadLettersService } from '../../src/webhooks/dead-letters.service.js';
import { UserChangedHandler } from '../../src/webhooks/user-changed.handler.js';
import { UserDeletedHandler } from '../../src/webhooks/user-deleted.handler.js';
import {
  type Commit,
  deadLetter,
  HANDLED_TYPES,
  idOrUndefined,
  ignore,
  subjectOrUndefined,
  type WebhookHandler,
} from '../../src/webhooks/webhook-handler.js';
import { stub } from '../support/stub.js';

const SESSION = { id: 'the transaction' } as unknown as ClientSession;
const ANN = { id: 'user_ann', created_at: 1, updated_at: 2, first_name: 'Ann' };
const NEWS = clerkUserOf(ANN);
const CREATED = { username: 'ann' };

function clerkUserOf(json: object) {
  const user = readClerkUser(json);
  if (user === undefined) throw new Error('Not a user of Clerk');
  return user;
}

/** The handler's calls, in order. */
let calls: unknown[][];
beforeEach(() => {
  calls = [];
});

/** The outcomes that a handler commits for an event. */
async function outcomesOf(handler: WebhookHandler, data: Record<string, unknown>): Promise<string[]> {
  const outcomes: string[] = [];
  const commit: Commit = async (effect) => {
    outcomes.push(await effect(SESSION));
    return true;
  };
  await handler.handle(data, commit, 'user.updated');
  return outcomes;
}

describe('an id in an event', () => {
  it.each(['user_2', `user_${'x'.repeat(120)}`])('is a subject: %s', (id) => {
    expect(subjectOrUndefined(id)).toBe(id);
  });

  it.each([undefined, null, '', 7, {}, ['user_2'], 'user_', 'sess_1', 'user_2 ', `user_${'x'.repeat(121)}`])(
    'is no subject: %j',
    (id) => {
      expect(subjectOrUndefined(id)).toBeUndefined();
    },
  );

  it.each(['s', 'sess_1', '!~', 's'.repeat(128)])('is an id of another kind: %s', (id) => {
    expect(idOrUndefined(id)).toBe(id);
  });

  it.each([undefined, null, '', 7, {}, ['sess_1'], ' sess', 'sess ', 's\n', 'ä', 's'.repeat(129)])(
    'is not an id: %j',
    (id) => {
      expect(idOrUndefined(id)).toBeUndefined();
    },
  );
});

it('an event that cannot be handled is a dead letter; one without an effect here is ignored', async () => {
  expect(await deadLetter(SESSION)).toBe('dead_letter');
  expect(await ignore(SESSION)).toBe('ignored');
});

describe('user.created and user.updated', () => {
  /** A handler with stubs of its services, which answer as the options say. */
  async function handlerWith({
    isKnown = false,
    isInClerk = true,
    confirmed = NEWS,
    isCreated = true,
    isTaken = true,
    isSettled = true,
    error = undefined as Error | undefined,
    rolledBack = 'rolled_back',
  } = {}): Promise<UserChangedHandler> {
    const sync = {
      withClerkUser: (subject: string, work: (fetch: () => Promise<unknown>) => Promise<void>) => {
        calls.push(['about', subject]);
        return work(() => Promise.resolve(isInClerk ? confirmed : undefined));
      },
      creation: (user: unknown) => (session: unknown) => {
        calls.push(['create', user, session]);
        if (error !== undefined) return Promise.reject(error);
        return Promise.resolve(isCreated ? { user: CREATED } : undefined);
      },
    };
    const take = (session: unknown, ...stored: unknown[]) => {
      calls.push(['take', session, ...stored]);
      return Promise.resolve(isTaken && (isKnown || stored.length > 0));
    };
    const updates = {
      settle: async (news: unknown, attempt: (apply: ApplyState) => Promise<unknown>) => {
        calls.push(['settle', news]);
        if (isSettled) await attempt(take);
        return isSettled;
      },
    };
    const rollback = {
      rollBack: (user: unknown) => {
        calls.push(['roll back', user]);
        return Promise.resolve(rolledBack);
      },
    };
    const module = await Test.createTestingModule({
      providers: [
        UserChangedHandler,
        stub(UserSyncService, sync),
        stub(ProfileUpdates, updates),
        stub(RollbackService, rollback),
      ],
    }).compile();
    return module.get(UserChangedHandler);
  }

  /** The calls that find out that there is no such user here. */
  const UNKNOWN = [
    ['settle', NEWS],
    ['take', SESSION],
  ];

  it('have one handler, and concern the user that they name', async () => {
    expect(new Reflector().get(HANDLED_TYPES, UserChangedHandler)).toEqual(['user.created', 'user.updated']);
    expect((await handlerWith()).subjectOf(ANN)).toBe('user_ann');
    expect((await handlerWith()).subjectOf({})).toBeUndefined();
  });

  it('are dead letters when their data is not a user', async () => {
    expect(await outcomesOf(await handlerWith(), { id: 'user_ann' })).toEqual(['dead_letter']);
    expect(calls).toEqual([]);
  });

  it('about a user who exists here are applied, and Clerk is not asked', async () => {
    expect(await outcomesOf(await handlerWith({ isKnown: true, isInClerk: false }), ANN)).toEqual([
      'applied',
    ]);
    expect(calls).toEqual([
      ['about', 'user_ann'],
      ['settle', NEWS],
      ['take', SESSION],
    ]);
  });

  it('create a user that Clerk confirms, and then apply the event, which may be newer', async () => {
    const confirmed = { ...NEWS, createdAt: 3 };
    expect(await outcomesOf(await handlerWith({ confirmed }), ANN)).toEqual(['applied']);
    expect(calls).toEqual([
      ['about', 'user_ann'],
      ...UNKNOWN,
      ['settle', NEWS],
      ['create', confirmed, SESSION],
      ['take', SESSION, CREATED],
    ]);
  });

  it('are ignored when Clerk does not know the user, or the subject was deleted', async () => {
    expect(await outcomesOf(await handlerWith({ isInClerk: false }), ANN)).toEqual(['ignored']);
    expect(calls).toEqual([['about', 'user_ann'], ...UNKNOWN]);
    expect(await outcomesOf(await handlerWith({ isCreated: false }), ANN)).toEqual(['ignored']);
    expect(calls.at(-1)).toEqual(['create', NEWS, SESSION]);
    expect(await outcomesOf(await handlerWith({ isTaken: false }), ANN)).toEqual(['ignored']);
    for (const isKnown of [true, false])
      expect(await outcomesOf(await handlerWith({ isKnown, isSettled: false }), ANN)).toEqual(['ignored']);
  });

  it.each([
    ['rolled_back', 'rolled_back'],
    ['kept', 'dead_letter'],
  ])(
    'about a user who can never be saved: %s in Clerk, so the outcome is %s',
    async (rolledBack, outcome) => {
      const error = new UnsaveableUserError({ cause: undefined });
      expect(await outcomesOf(await handlerWith({ error, rolledBack }), ANN)).toEqual([outcome]);
      expect(calls.at(-1)).toEqual(['roll back', NEWS]);
    },
  );

  it('are not recorded when anything else fails, so that Svix retries', async () => {
    const handler = await handlerWith({ error: new Error('MongoDB is away') });
    await expect(outcomesOf(handler, ANN)).rejects.toThrow('MongoDB is away');
    expect(calls.map(([name]) => name)).toEqual(['about', 'settle', 'take', 'settle', 'create']);
  });
});

describe('user.deleted', () => {
  let lines: unknown[];
  beforeEach(() => {
    lines = [];
  });
  afterEach(() => {
    Logger.overrideLogger(true);
  });

  async function handlerWith(fenced: Partial<Fenced>): Promise<UserDeletedHandler> {
    const deletions = {
      fenceAndArchive: (...all: unknown[]) => {
        calls.push(['fence', ...all]);
        return Promise.resolve(fenced);
      },
      enqueueRemainingSteps: (deletion: unknown) => calls.push(['enqueue', deletion]),
    };
    const deadLetters = {
      removeLettersAbout: (...all: unknown[]) => {
        calls.push(['letters', ...all]);
        return Promise.resolve(1);
      },
    };
    const log = (line: unknown) => lines.push(line);
    const module = await Test.createTestingModule({
      providers: [
        UserDeletedHandler,
        stub(AccountDeletionService, deletions),
        stub(DeadLettersService, deadLetters),
      ],
    })
      .setLogger({ log, warn: log, error: log })
      .compile();
    // Without the lines of Nest's start.
    lines = [];
    return module.get(UserDeletedHandler);
  }
  const deletion = { _id: 'the deletion' } as unknown as NonNullable<Fenced['deletion']>;
  const data = { id: 'user_ann', deleted: true };
  const FENCED = [
    ['fence', 'user_ann', { reason: 'user_requested', isGoneInClerk: true }, SESSION],
    ['letters', 'user_ann', SESSION],
  ];

  it('has one handler, and concerns the user that it names', async () => {
    expect(new Reflector().get(HANDLED_TYPES, UserDeletedHandler)).toEqual(['user.deleted']);
    expect((await handlerWith({})).subjectOf(data)).toBe('user_ann');
    expect((await handlerWith({})).subjectOf({})).toBeUndefined();
  });

  it.each([{}, { id: '' }, { id: null }, { id: { $ne: 1 } }])(
    'is a dead letter, and deletes nothing, when it names no user: %j',
    async (without) => {
      expect(await outcomesOf(await handlerWith({ found: 'user', deletion }), without)).toEqual([
        'dead_letter',
      ]);
      expect(calls).toEqual([]);
    },
  );

  it('fences the user, erases its dead letters, and enqueues the other steps after the commit', async () => {
    expect(await outcomesOf(await handlerWith({ found: 'user', deletion }), data)).toEqual(['applied']);
    expect(calls).toEqual([...FENCED, ['enqueue', deletion]]);
    expect(lines).toEqual([]);
  });

  it.each([
    ['tombstone', deletion, 'user.deleted: already deleted'],
    ['tombstone', undefined, 'user.deleted: already deleted'],
    ['nothing', undefined, 'user.deleted: no user here'],
  ] as const)(
    'that finds a %s logs it, and enqueues the steps of a deletion that exists',
    async (found, known, msg) => {
      const fenced = { found, ...(known === undefined ? {} : { deletion: known }) };
      expect(await outcomesOf(await handlerWith(fenced), data)).toEqual(['applied']);
      expect(calls).toEqual(known === undefined ? FENCED : [...FENCED, ['enqueue', known]]);
      expect(lines).toContainEqual({ msg });
    },
  );

  it('that was recorded before does nothing', async () => {
    const handler = await handlerWith({ found: 'user', deletion });
    await handler.handle(data, () => Promise.resolve(false));
    expect(calls).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('enqueues nothing of an attempt that was aborted, because another one has recorded it', async () => {
    const handler = await handlerWith({ found: 'user', deletion });
    await handler.handle(data, async (effect) => {
      await effect(SESSION);
      return false;
    });
    expect(calls).toEqual(FENCED);
    expect(lines).toEqual([]);
  });
});
