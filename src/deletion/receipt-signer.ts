import { createPublicKey } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { calculateJwkThumbprint, exportJWK, importPKCS8, type JWK, SignJWT } from 'jose';
import type { Model, Types } from 'mongoose';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { duplicateKeyField } from '../common/mongodb/mongo-errors.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import type { Deletion } from './deletion.schema.js';
import { ReceiptKey } from './receipt-key.schema.js';
import { purgeAt, retainedItems } from './retention.js';

const ALGORITHM = 'ES256';
const ISSUER = 'roavelo-api';
const TYPE = 'deletion-receipt+jwt';

export interface DeletionFacts extends Pick<Deletion, 'subjectHash' | 'reason' | 'requestedAt' | 'erased'> {
  id: Types.ObjectId;
  completedAt: Date;
}

/**
 * Signs the final statements of deletions and publishes the keys to verify them. Owns `receiptKeys`. A
 * statement is a JWT (RFC 7519) whose `sub` is the SHA-256 of the deleted account's Clerk id: it
 * identifies the user only to those who know that id.
 */
@Injectable()
export class ReceiptSigner implements OnApplicationBootstrap {
  private key: { id: string; private: Awaited<ReturnType<typeof importPKCS8>> } | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectModel(ReceiptKey.name) private readonly model: Model<ReceiptKey>,
    private readonly deletedUsers: DeletedUsersService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { receiptSigningKey: pem, background } = this.config;
    if (!background) return;
    if (pem === undefined) throw new Error('RECEIPT_SIGNING_KEY is missing: call prepareDatabase first');
    const jwk = await exportJWK(createPublicKey(pem));
    const id = await calculateJwkThumbprint(jwk);
    await this.publish(id, { ...jwk, kid: id, alg: ALGORITHM, use: 'sig' });
    this.key = { id, private: await importPKCS8(pem, ALGORITHM) };
  }

  /** The statement of a completed deletion: what was erased, and what is kept until when. JWS, compact. */
  async sign(facts: DeletionFacts): Promise<string> {
    if (this.key === undefined)
      throw new Error('Receipts can be signed only after the application has started');
    const { id, subjectHash, reason, requestedAt, completedAt, erased } = facts;
    const { deletedAt = requestedAt, keptUntil } = (await this.deletedUsers.findRetention(id)) ?? {};
    // The date that was fixed at the deletion, whatever the current setting is.
    const until = keptUntil ?? purgeAt({ deletedAt }, this.config);
    return new SignJWT({
      reason,
      requestedAt: requestedAt.toISOString(),
      completedAt: completedAt.toISOString(),
      erased,
      kept: retainedItems(facts, until, this.config),
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.key.id, typ: TYPE })
      .setIssuer(ISSUER)
      .setSubject(subjectHash)
      .setJti(String(id))
      .setIssuedAt(completedAt)
      .sign(this.key.private);
  }

  /** All keys that ever signed receipts here, newest first. */
  async publicKeys(): Promise<JWK[]> {
    const keys = await this.model.find().sort({ since: -1 }).lean<ReceiptKey[]>();
    return keys.map(({ jwk }) => JSON.parse(jwk) as JWK);
  }

  private async publish(id: string, jwk: JWK): Promise<void> {
    try {
      const key = { jwk: JSON.stringify(jwk), since: new Date() };
      await this.model.updateOne({ _id: id }, { $setOnInsert: key }, { upsert: true });
    } catch (error) {
      // Another instance has published it.
      if (duplicateKeyField(error) === undefined) throw error;
    }
  }
}
