import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { apiError, backend, call, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

describe('e-mail addresses, by @clerk/backend', () => {
  it('creates, reads, verifies, makes primary and deletes one', async () => {
    const { emailAddresses, users } = backend(clerk);
    const { id: userId } = await clerk.createUser({ email_address: ['first@example.com'] });
    const created = await emailAddresses.createEmailAddress({ userId, emailAddress: 'Second@example.com' });
    expect(created.id).toMatch(/^idn_[0-9A-Za-z]{27}$/);
    expect(created).toMatchObject({ emailAddress: 'second@example.com', verification: null, linkedTo: [] });
    expect(await emailAddresses.getEmailAddress(created.id)).toEqual(created);
    expect((await users.getUser(userId)).emailAddresses).toContainEqual(created);

    const early = emailAddresses.updateEmailAddress(created.id, { primary: true });
    expect(await apiError(early)).toEqual({ status: 400, code: 'identification_update_failed' });
    const verified = await emailAddresses.updateEmailAddress(created.id, { verified: true });
    expect(verified.verification).toMatchObject({ status: 'verified', strategy: 'admin' });
    expect((await users.getUser(userId)).primaryEmailAddress?.emailAddress).toBe('first@example.com');
    await emailAddresses.updateEmailAddress(created.id, { primary: true });
    expect((await users.getUser(userId)).primaryEmailAddressId).toBe(created.id);
    const unverified = await emailAddresses.updateEmailAddress(created.id, { verified: false });
    expect(unverified.verification).toBeNull();

    expect(await emailAddresses.deleteEmailAddress(created.id)).toMatchObject({
      object: 'email_address',
      id: created.id,
      deleted: true,
    });
    const left = await users.getUser(userId);
    expect(left.emailAddresses.map((email) => email.emailAddress)).toEqual(['first@example.com']);
    expect(left.primaryEmailAddress?.emailAddress).toBe('first@example.com');
  });

  it("creates a user's first address as primary, and one as verified and primary", async () => {
    const { emailAddresses, users } = backend(clerk);
    const { id: userId } = await clerk.createUser();
    const first = await emailAddresses.createEmailAddress({ userId, emailAddress: 'one@example.com' });
    expect((await users.getUser(userId)).primaryEmailAddressId).toBe(first.id);
    const second = await emailAddresses.createEmailAddress({
      userId,
      emailAddress: 'two@example.com',
      verified: true,
      primary: true,
    });
    expect(second.verification?.status).toBe('verified');
    expect((await users.getUser(userId)).primaryEmailAddressId).toBe(second.id);
  });

  it('refuses unknown ids and users, taken addresses, nonsense, and to delete the last one', async () => {
    const { emailAddresses } = backend(clerk);
    const user = await clerk.createUser({ email_address: ['last@example.com'] });
    const other = await clerk.createUser();
    const create = (userId: string, emailAddress: string) =>
      emailAddresses.createEmailAddress({ userId, emailAddress });
    for (const attempt of [
      emailAddresses.getEmailAddress('idn_x'),
      emailAddresses.updateEmailAddress('idn_x', { primary: true }),
      emailAddresses.deleteEmailAddress('idn_x'),
      create('user_x', 'new@example.com'),
    ]) {
      expect(await apiError(attempt)).toEqual({ status: 404, code: 'resource_not_found' });
    }
    for (const userId of [user.id, other.id]) {
      expect(await rejection(create(userId, 'LAST@example.com'))).toMatchObject({
        status: 422,
        errors: [{ code: 'form_identifier_exists', meta: { paramName: 'email_address' } }],
      });
    }
    expect(await apiError(create(other.id, 'nonsense'))).toEqual({
      status: 422,
      code: 'form_param_format_invalid',
    });
    const last = user.email_addresses[0]?.id ?? '';
    expect(await apiError(emailAddresses.deleteEmailAddress(last))).toEqual({
      status: 400,
      code: 'last_identification_deletion_failed',
    });
  });

  it('creates an address once, however many ask for it at the same time', async () => {
    const { emailAddresses, users } = backend(clerk);
    const people = await Promise.all(Array.from({ length: 10 }, () => clerk.createUser()));
    const attempts = await Promise.allSettled([
      ...people.map(({ id: userId }) =>
        emailAddresses.createEmailAddress({ userId, emailAddress: 'race@example.com' }),
      ),
      ...people.map(() => users.createUser({ emailAddress: ['race@example.com'] })),
    ]);
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await users.getUserList({ emailAddress: ['race@example.com'] })).totalCount).toBe(1);
  });
});

describe('phone numbers, by @clerk/backend', () => {
  it('creates, reads, verifies, makes primary, replaces and deletes one', async () => {
    const { phoneNumbers, users } = backend(clerk);
    const { id: userId } = await clerk.createUser({ email_address: ['phones@example.com'] });
    const created = await phoneNumbers.createPhoneNumber({ userId, phoneNumber: '+4915100000001' });
    expect(created).toMatchObject({ phoneNumber: '+4915100000001', reservedForSecondFactor: false });
    expect(await phoneNumbers.getPhoneNumber(created.id)).toEqual(created);
    const second = await phoneNumbers.createPhoneNumber({
      userId,
      phoneNumber: '+4915100000002',
      verified: true,
    });
    await phoneNumbers.updatePhoneNumber(second.id, { primary: true });
    expect((await users.getUser(userId)).primaryPhoneNumberId).toBe(second.id);
    expect(await phoneNumbers.deletePhoneNumber(created.id)).toMatchObject({
      object: 'phone_number',
      deleted: true,
    });

    const third = await users.replaceUserPhoneNumber(userId, { phoneNumber: '+4915100000003' });
    expect(third.verification?.status).toBe('verified');
    const user = await users.getUser(userId);
    expect(user.phoneNumbers).toEqual([third]);
    expect(user.primaryPhoneNumberId).toBe(third.id);
  });

  it('refuses unknown ids and users, taken numbers, nonsense, and a second factor', async () => {
    const { phoneNumbers, users } = backend(clerk);
    const { id: userId } = await clerk.createUser({ phone_number: ['+4915100000009'] });
    for (const attempt of [
      phoneNumbers.getPhoneNumber('idn_x'),
      phoneNumbers.updatePhoneNumber('idn_x', { primary: true }),
      phoneNumbers.deletePhoneNumber('idn_x'),
      phoneNumbers.createPhoneNumber({ userId: 'user_x', phoneNumber: '+4915100000010' }),
      users.replaceUserPhoneNumber('user_x', { phoneNumber: '+4915100000010' }),
    ]) {
      expect(await apiError(attempt)).toEqual({ status: 404, code: 'resource_not_found' });
    }
    const create = (phoneNumber: string) => phoneNumbers.createPhoneNumber({ userId, phoneNumber });
    expect(await apiError(create('+4915100000009'))).toMatchObject({ code: 'form_identifier_exists' });
    expect(await apiError(create('12'))).toMatchObject({ status: 422, code: 'form_param_format_invalid' });
    const secondFactor = { userId, phoneNumber: '+4915100000011', reservedForSecondFactor: true };
    expect(await apiError(phoneNumbers.createPhoneNumber(secondFactor))).toEqual({
      status: 501,
      code: 'not_supported_by_clerk_local',
    });
  });
});

describe('codes that a backend sends', () => {
  interface Sent {
    id: string;
    status: string;
    attempts: number;
  }

  it('verifies an address by the newest code, reports each try, and takes a code once', async () => {
    const user = await clerk.createUser();
    const { id } = await backend(clerk).emailAddresses.createEmailAddress({
      userId: user.id,
      emailAddress: 'code@example.com',
    });
    const path = `/v1/email_addresses/${id}`;
    const prepare = () => call(clerk, 'POST', `${path}/prepare_verification`);
    const attempt = async (verification: string, code: string) => {
      const body = { verification_id: verification, code };
      return (await (await call(clerk, 'POST', `${path}/attempt_verification`, body)).json()) as Sent;
    };
    const first = (await (await prepare()).json()) as Sent;
    expect(first).toMatchObject({ status: 'unverified', strategy: 'email_code', attempts: 0 });
    const early = await prepare();
    expect(early.status).toBe(429);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(55);
    await clerk.clock.advance(61_000);
    const second = (await (await prepare()).json()) as Sent;
    const old = await call(clerk, 'POST', `${path}/attempt_verification`, {
      verification_id: first.id,
      code: '424242',
    });
    expect(old.status).toBe(404);

    expect(await attempt(second.id, '000000')).toMatchObject({ status: 'unverified', attempts: 1 });
    expect(await attempt(second.id, '424242')).toMatchObject({ status: 'verified', attempts: 2 });
    const email = await backend(clerk).emailAddresses.getEmailAddress(id);
    expect(email.verification).toMatchObject({ status: 'verified', strategy: 'email_code' });
    const again = await call(clerk, 'POST', `${path}/attempt_verification`, {
      verification_id: second.id,
      code: '424242',
    });
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ errors: [{ code: 'verification_already_verified' }] });
  });

  it('fails after too many tries, expires, and is not taken for another number', async () => {
    const user = await clerk.createUser({ phone_number: ['+4915100000021', '+4915100000022'] });
    const [one, other] = user.phone_numbers.map(({ id }) => `/v1/phone_numbers/${id}`);
    const prepare = async (path = '') =>
      (await (await call(clerk, 'POST', `${path}/prepare_verification`)).json()) as Sent;
    const attempt = (path: string | undefined, { id }: Sent, code: string) =>
      call(clerk, 'POST', `${path ?? ''}/attempt_verification`, { verification_id: id, code });
    const statusOf = async (response: Promise<Response>) => ((await (await response).json()) as Sent).status;

    const sent = await prepare(one);
    expect((await attempt(other, sent, '424242')).status).toBe(404);
    for (const status of ['unverified', 'unverified', 'failed', 'failed']) {
      expect(await statusOf(attempt(one, sent, '111111'))).toBe(status);
    }
    expect(await statusOf(attempt(one, sent, '424242'))).toBe('failed');
    const late = await prepare(other);
    await clerk.clock.advance(10 * 60_000);
    expect(await statusOf(attempt(other, late, '424242'))).toBe('expired');
    expect((await call(clerk, 'POST', '/v1/phone_numbers/idn_x/prepare_verification')).status).toBe(404);
    expect((await call(clerk, 'POST', `${one ?? ''}/attempt_verification`, {})).status).toBe(422);
    await clerk.clock.reset();
  });
});
