import { verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { apiError, backend, call, decode, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

describe('JWT templates, by @clerk/backend', () => {
  it('creates, reads, lists, updates and deletes a template', async () => {
    const { jwtTemplates } = backend(clerk);
    const created = await jwtTemplates.create({ name: 'hasura', claims: { aud: 'hasura' } });
    expect(created).toMatchObject({
      name: 'hasura',
      claims: { aud: 'hasura' },
      lifetime: 60,
      allowedClockSkew: 5,
      customSigningKey: false,
      signingAlgorithm: 'RS256',
    });
    expect(created.id).toMatch(/^jtmp_[0-9A-Za-z]{27}$/);
    expect(await jwtTemplates.get(created.id)).toEqual(created);
    const second = await jwtTemplates.create({ name: 'second', claims: {} });
    expect(await jwtTemplates.list()).toEqual({ data: [second, created], totalCount: 2 });
    expect((await jwtTemplates.list({ limit: 1, offset: 1 })).data).toEqual([created]);

    const updated = await jwtTemplates.update({
      templateId: created.id,
      name: 'renamed',
      claims: { plan: 'pro' },
      lifetime: 600,
      allowedClockSkew: 0,
    });
    expect(updated).toMatchObject({ name: 'renamed', claims: { plan: 'pro' }, lifetime: 600 });
    expect(await jwtTemplates.get(created.id)).toEqual(updated);
    expect(await jwtTemplates.delete(created.id)).toMatchObject({ id: created.id, deleted: true });
    const error = await rejection(jwtTemplates.get(created.id));
    expect(error).toMatchObject({
      status: 404,
      errors: [{ code: 'resource_not_found', message: 'JWT template not found' }],
    });
  });

  it('mints a token with the claims of the template and nothing of the session', async () => {
    const { jwtTemplates, sessions, users } = backend(clerk);
    const user = await users.createUser({
      emailAddress: ['ada@example.com'],
      firstName: 'Ada',
      externalId: 'ada-1',
      publicMetadata: { role: 'admin', tags: ['a', 'b'], nested: { deep: 7 } },
      unsafeMetadata: { theme: 'dark' },
    });
    const session = await sessions.createSession({ userId: user.id });
    await jwtTemplates.create({
      name: 'claims',
      lifetime: 300,
      claims: {
        aud: 'https://example.com',
        fixed: { list: [1, 'two', null, true] },
        id: '{{user.id}}',
        external: '{{user.external_id}}',
        email: '{{user.primary_email_address}}',
        verified: '{{user.email_verified}}',
        phone: '{{user.primary_phone_number}}',
        role: '{{user.public_metadata.role}}',
        tags: '{{ user.public_metadata.tags }}',
        deep: ['{{user.public_metadata.nested.deep}}'],
        theme: '{{user.unsafe_metadata}}',
        text: '{{user.last_name}} {{user.first_name}}: {{user.public_metadata.nested}}',
        name: "{{user.last_name || user.username || 'nobody'}}",
        number: '{{user.public_metadata.age || 30}}',
        last: '{{user.last_name || false}}',
        unknown: '{{user.i_dont_exist}}',
        prototype: '{{user.constructor.name}}',
        secret: '{{user.private_metadata}}',
        created: '{{user.created_at}}',
      },
    });
    const { jwt } = await sessions.getToken(session.id, 'claims');
    expect(decode(jwt, 0)).toMatchObject({ alg: 'RS256', cat: 'cl_B7d4PD222AAA', typ: 'JWT' });
    const { iat, exp, nbf, jti, ...claims } = decode(jwt, 1);
    expect(Number(exp) - Number(iat)).toBe(300);
    expect(Number(iat) - Number(nbf)).toBe(5);
    expect(jti).toMatch(/^[0-9a-f]{20}$/);
    expect(claims).toEqual({
      iss: clerk.issuer,
      sub: user.id,
      aud: 'https://example.com',
      fixed: { list: [1, 'two', null, true] },
      id: user.id,
      external: 'ada-1',
      email: 'ada@example.com',
      verified: true,
      phone: null,
      role: 'admin',
      tags: ['a', 'b'],
      deep: [7],
      theme: { theme: 'dark' },
      text: 'null Ada: {"deep":7}',
      name: 'nobody',
      number: 30,
      last: false,
      unknown: null,
      prototype: null,
      secret: null,
      created: Math.floor(user.createdAt / 1000),
    });
    await verifyToken(jwt, { jwtKey: clerk.jwtKey });
    const longer = decode((await sessions.getToken(session.id, 'claims', 900)).jwt, 1);
    expect(Number(longer['exp']) - Number(longer['iat'])).toBe(900);
    expect(await apiError(sessions.getToken(session.id, 'nowhere'))).toEqual({
      status: 404,
      code: 'resource_not_found',
    });
  });

  it('signs with a custom key, which it never shows', async () => {
    const { jwtTemplates, sessions } = backend(clerk);
    const user = await clerk.createUser();
    const session = await sessions.createSession({ userId: user.id });
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const custom = { claims: {}, customSigningKey: true };
    await jwtTemplates.create({ ...custom, name: 'hs', signingAlgorithm: 'HS256', signingKey: 'shared' });
    await jwtTemplates.create({ ...custom, name: 'rs', signingAlgorithm: 'RS512', signingKey: pem });

    const hs = (await sessions.getToken(session.id, 'hs')).jwt.split('.');
    const signed = `${hs[0] ?? ''}.${hs[1] ?? ''}`;
    expect(hs[2]).toBe(createHmac('sha256', 'shared').update(signed).digest('base64url'));
    const rs = (await sessions.getToken(session.id, 'rs')).jwt;
    expect(decode(rs, 0)['alg']).toBe('RS512');
    const [head = '', body = '', signature = ''] = rs.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify('sha512', Buffer.from(`${head}.${body}`), publicKey, bytes)).toBe(true);
    const list = await (await call(clerk, 'GET', '/v1/jwt_templates?limit=500')).text();
    expect(list).not.toContain('"signing_key"');
    expect(list).not.toContain('shared');
  });

  it('refuses reserved claims, taken names, wrong numbers and keys', async () => {
    const { jwtTemplates } = backend(clerk);
    await jwtTemplates.create({ name: 'taken', claims: {} });
    const refused: [Parameters<typeof jwtTemplates.create>[0], number, string, string][] = [
      [{ name: 'a', claims: { sub: 'x' } }, 400, 'jwt_template_reserved_claim', 'claims'],
      [{ name: 'taken', claims: {} }, 422, 'form_already_exists', 'name'],
      [{ name: 'a', claims: {}, lifetime: 29 }, 422, 'form_param_value_invalid', 'lifetime'],
      [
        { name: 'a', claims: {}, allowedClockSkew: 301 },
        422,
        'form_param_value_invalid',
        'allowed_clock_skew',
      ],
      [
        { name: 'a', claims: {}, customSigningKey: true },
        422,
        'form_conditional_param_missing',
        'signing_algorithm',
      ],
      [
        { name: 'a', claims: {}, customSigningKey: true, signingAlgorithm: 'none', signingKey: 'x' },
        422,
        'form_param_value_invalid',
        'signing_algorithm',
      ],
      [
        { name: 'a', claims: {}, customSigningKey: true, signingAlgorithm: 'RS256', signingKey: 'x' },
        422,
        'form_param_value_invalid',
        'signing_key',
      ],
    ];
    const before = (await jwtTemplates.list()).totalCount;
    for (const [parameters, status, code, paramName] of refused) {
      expect(await rejection(jwtTemplates.create(parameters))).toMatchObject({
        status,
        errors: [{ code, meta: { paramName } }],
      });
    }
    expect((await jwtTemplates.list()).totalCount).toBe(before);
  });
});
