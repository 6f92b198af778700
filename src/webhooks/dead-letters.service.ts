import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model } from 'mongoose';
import { Metrics } from '../common/metrics.js';
import { PersonalDataRegistry } from '../common/personal-data.js';
import { hashSubject } from '../users/deleted-users.service.js';
import { DeadLetter } from './dead-letter.schema.js';

/** Owns `webhookDeadLetters`: payloads that wait for a replay, for 30 days at most. */
@Injectable()
export class DeadLettersService implements OnModuleInit {
  constructor(
    @InjectModel(DeadLetter.name) private readonly model: Model<DeadLetter>,
    private readonly registry: PersonalDataRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      { name: 'webhook_dead_letters', help: 'Deliveries that could not be handled and wait for a replay.' },
      () => this.model.estimatedDocumentCount(),
    );
    this.registry.register({
      collection: 'webhookDeadLetters',
      erase: {
        step: 'traces',
        batch: async ({ clerkId }, session) => ({ count: await this.removeOf(clerkId, session) }),
      },
      isLeft: async ({ clerkId }) =>
        (await this.model.exists({ subjectHash: hashSubject(clerkId) })) !== null,
      // What Clerk sent is Clerk's to export; what we made of it is in the other lists.
      exports: {},
    });
  }

  async keep(
    svixId: string,
    subject: string | undefined,
    data: Record<string, unknown>,
    session: ClientSession,
  ): Promise<void> {
    const hash = subject === undefined ? {} : { subjectHash: hashSubject(subject) };
    const letter = { ...hash, data: JSON.stringify(data), at: new Date() };
    // A replay that fails again keeps the letter that is there.
    await this.model.updateOne({ _id: svixId }, { $setOnInsert: letter }, { upsert: true, session });
  }

  /** The data of an event; undefined when there is none (any more). */
  async find(svixId: string): Promise<Record<string, unknown> | undefined> {
    const letter = await this.model.findById(svixId).lean<DeadLetter>();
    return letter === null ? undefined : (JSON.parse(letter.data) as Record<string, unknown>);
  }

  async remove(svixId: string, session: ClientSession): Promise<void> {
    await this.model.deleteOne({ _id: svixId }, { session });
  }

  /** Everything about a subject that is being deleted. Returns how many. */
  async removeOf(subject: string, session: ClientSession): Promise<number> {
    const { deletedCount } = await this.model.deleteMany({ subjectHash: hashSubject(subject) }, { session });
    return deletedCount;
  }
}
