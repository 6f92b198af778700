import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/transaction.js';
import type { Delivery } from './svix.js';
import { WebhookEvent } from './webhook-event.schema.js';
import { type Commit, HANDLED_TYPES, type WebhookHandler } from './webhook-handler.js';

/** Owns `webhookEvents`: takes each delivery once, whatever its order, its repeats and the crashes between. */
@Injectable()
export class WebhooksService implements OnModuleInit {
  private readonly logger = new Logger(WebhooksService.name);
  private readonly handlers = new Map<string, WebhookHandler>();

  constructor(
    @InjectModel(WebhookEvent.name) private readonly model: Model<WebhookEvent>,
    @InjectConnection() private readonly connection: Connection,
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const types =
        typeof metatype === 'function'
          ? this.reflector.get<string[] | undefined>(HANDLED_TYPES, metatype)
          : undefined;
      for (const type of types ?? []) {
        if (this.handlers.has(type)) throw new Error(`Two webhook handlers for ${type}`);
        this.handlers.set(type, instance as WebhookHandler);
      }
    }
  }

  /**
   * Acts on a verified delivery. Returning means that it is committed, now or by an earlier attempt.
   * @throws ProblemError `dependency_unavailable` when it can't be handled now: nothing is recorded, Svix retries
   */
  async receive({ id, type, data }: Delivery): Promise<void> {
    // The transaction looks again; this spares a repeat the call to Clerk.
    if ((await this.model.exists({ _id: id })) !== null) return;
    const commit = this.commitOf(id, type);
    const handler = this.handlers.get(type);
    if (handler === undefined) {
      await commit(() => Promise.resolve('ignored'));
      return;
    }
    try {
      await handler.handle(data, commit);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'user_sync_failed') throw error;
      this.logger.error({ msg: 'webhook can never be handled', type, svixId: id });
      await commit(() => Promise.resolve('dead_letter'));
    }
  }

  private commitOf(id: string, type: string): Commit {
    return async (effect) => {
      await inTransaction(this.connection, async (session) => {
        if ((await this.model.exists({ _id: id }).session(session)) !== null) return;
        const outcome = await effect(session);
        await this.model.create([{ _id: id, type, outcome, at: new Date() }], { session });
      });
    };
  }
}
