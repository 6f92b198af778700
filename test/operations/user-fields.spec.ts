import { expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { exportSchema } from '../../src/account/export.dto.js';
import { accountDeletionPage } from '../../src/deletion/account-deletion-page.js';
import { archivedFields, USER_FIELDS } from '../../src/users/user-fields.js';
import { type User, UserSchema } from '../../src/users/user.schema.js';
import { documentConfig } from '../../scripts/document-config.ts';

const fieldsWith = (part: string) =>
  Object.entries(USER_FIELDS).flatMap(([field, decision]) => (decision.export === part ? [field] : []));

it('something is decided about every stored field of a user', () => {
  const stored = Object.keys(UserSchema.paths).map((path) => path.split('.')[0]);
  expect(Object.keys(USER_FIELDS).sort()).toEqual([...new Set(stored)].sort());
});

it('the documented export has every field that it is to hold', () => {
  const { profile, account } = exportSchema.shape;
  expect(Object.keys(profile.shape)).toEqual(expect.arrayContaining(fieldsWith('profile')));
  expect(Object.keys(account.shape).sort()).toEqual(fieldsWith('account').sort());
});

it('an archive keeps what is decided, and fields that no version declares any longer', () => {
  const user = Object.fromEntries(Object.keys(USER_FIELDS).map((field) => [field, field]));
  const archived = archivedFields({ ...user, _id: new Types.ObjectId(), older: 1 } as unknown as User);
  const omitted = Object.keys({ ...user, older: 1 }).filter((field) => !(field in archived));
  expect(omitted.sort()).toEqual([
    '_id',
    'activeOn',
    'claims',
    'revokedSessions',
    'tokensFrom',
    'usernameReservation',
  ]);
});

it('the page about deletions names the profile', () => {
  expect(accountDeletionPage(documentConfig)).toContain(
    '<li>Your profile: name, e-mail address, picture, username, biography, home country</li>',
  );
});
