import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model } from 'mongoose';
import { Metrics } from '../common/observability/metrics.js';
import { PersonalDataRegistry } from '../users/personal-data.js';
import { hashSubject } from '../deleted-users/deleted-users.service.js';
import { DeadLetter } from './dead-letter.schema.js';

/** Owns `webhookDeadLetters`: payloads that wait for a replay, for at most 30 days. */
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
        batch: async ({ clerkId }, session) => ({ count: await this.removeLettersAbout(clerkId, session) }),
      },
      isLeft: async ({ clerkId }) =>
        (await this.model.exists({ subjectHash: hashSubject(clerkId) })) !== null,
      // Payloads are Clerk's data; what they changed here is in the other lists.
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
    // A replay that fails again keeps the existing letter.
    await this.model.updateOne({ _id: svixId }, { $setOnInsert: letter }, { upsert: true, session });
  }

  /** An event and its data; undefined without a letter or after 30 days. */
  async find(svixId: string): Promise<{ json: string; data: Record<string, unknown> } | undefined> {
    const letter = await this.model.findById(svixId).lean<DeadLetter>();
    if (letter === null) return undefined;
    const json = letter.event ?? `{"data":${letter.data ?? '{}'}}`;
    return { json, data: (JSON.parse(json) as { data: Record<string, unknown> }).data };
  }

  async remove(svixId: string, session: ClientSession): Promise<void> {
    await this.model.deleteOne({ _id: svixId }, { session });
  }

  /** Removes the letters about a deleted subject. @returns how many */
  async removeLettersAbout(subject: string, session: ClientSession): Promise<number> {
    const { deletedCount } = await this.model.deleteMany({ subjectHash: hashSubject(subject) }, { session });
    return deletedCount;
  }
}
