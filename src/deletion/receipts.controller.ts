import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import { ProblemError } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { accountDeletionPage } from './account-deletion-page.js';
import { DeletionsService } from './deletions.service.js';
import { type Receipt, receiptSchema, toReceipt } from './receipt.dto.js';
import { ReceiptSigner } from './receipt-signer.js';
import { purgeAt } from './retention.js';

const jwksSchema = z
  .object({
    keys: z
      .array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() }))
      .meta({ description: 'Public keys (ES256).' }),
  })
  .meta({
    id: 'JwkSet',
    description: 'JSON Web Key Set (RFC 7517).',
    example: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          alg: 'ES256',
          use: 'sig',
          kid: 'Uo3q8r0xK1mS4vB7nY2wZ5tE9hJ6cL0aD3fG8iPqRsk',
          x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
          y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        },
      ],
    },
  });

const tokenParam = z.string().meta({
  description: 'The last part of `receiptUrl`.',
  example: '6741f0c2a4b5c6d7e8f90a1bJ0qvS9dWm3cJm3Qh0H0rkV2l2Jw8jQz3m2xO5rT7y1U',
});

/** The public routes about deletions: receipts, the keys to verify them, and the page for app stores. */
@ApiTags('Account deletion')
@Controller()
export class ReceiptsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly deletions: DeletionsService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly signer: ReceiptSigner,
  ) {}

  @Get('deletion-receipts/:token')
  @Operation({
    id: 'getDeletionReceipt',
    summary: 'Get the progress of a deletion and its signed statement',
    description:
      'Only the answer to the deletion contains this address. Ask again until `state` is `completed`, which usually takes half a minute.',
    success: { 200: { description: 'The receipt.', schema: receiptSchema } },
    problems: ['not_found', 'dependency_unavailable'],
    public: true,
  })
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  async receipt(@Param('token', { schema: tokenParam }) token: string): Promise<Receipt> {
    const deletion = await this.deletions.findByToken(token);
    if (deletion === null) throw new ProblemError('not_found');
    const retention = await this.deletedUsers.findRetention(deletion._id);
    const until = purgeAt(retention ?? { deletedAt: deletion.requestedAt }, this.config);
    return toReceipt(deletion, until, this.config);
  }

  @Get('.well-known/jwks.json')
  @Operation({
    id: 'getReceiptKeys',
    summary: 'List the public keys of deletion receipts',
    description: 'Includes keys that signed earlier receipts.',
    success: { 200: { description: 'The keys.', schema: jwksSchema } },
    problems: ['dependency_unavailable'],
    public: true,
  })
  @Header('cache-control', 'public, max-age=3600')
  async keys(): Promise<z.infer<typeof jwksSchema>> {
    return { keys: (await this.signer.publicKeys()) as z.infer<typeof jwksSchema>['keys'] };
  }

  @Get('account-deletion')
  @Operation({
    id: 'getAccountDeletionPage',
    summary: 'Show what deleting an account does',
    description: 'The page that app stores require.',
    success: { 200: { description: 'A page in English.', html: true } },
    public: true,
  })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  @Header('cache-control', 'public, max-age=3600')
  page(): string {
    return accountDeletionPage(this.config);
  }
}
