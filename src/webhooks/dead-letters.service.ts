import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model } from 'mongoose';
import { Metrics } from '../common/observability/metrics.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { hashSubject } from '../deleted-users/deleted-users.service.js';
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

  /** @param event JSON */
  async keep(
    svixId: string,
    subject: string | undefined,
    event: string,
    session: ClientSession,
  ): Promise<void> {
    const hash = subject === undefined ? {} : { subjectHash: hashSubject(subject) };
    const letter = { ...hash, event, at: new Date() };
    // A replay that fails again keeps the letter that is there.
    await this.model.updateOne({ _id: svixId }, { $setOnInsert: letter }, { upsert: true, session });
  }

  /** An event and its data; undefined when there is none, or no longer. */
  async find(svixId: string): Promise<{ json: string; data: Record<string, unknown> } | undefined> {
    const letter = await this.model.findById(svixId).lean<DeadLetter>();
    if (letter === null) return undefined;
    const json = letter.event ?? `{"data":${letter.data ?? '{}'}}`;
    return { json, data: (JSON.parse(json) as { data: Record<string, unknown> }).data };
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
