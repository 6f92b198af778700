import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import {
  type DeletedPerson,
  type ErasureByStep,
  type ErasureStep,
  PersonalDataRegistry,
} from '../users/personal-data.js';
import { type Batch, untilNothingIsLeft } from '../common/mongodb/batches.js';
import { Metrics } from '../common/observability/metrics.js';
import { Traces } from '../common/observability/traces.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import { type Deletion, DELETION_STEPS, type DeletionStep } from './deletion.schema.js';
import { ageOf, DeletionsService, type LeasedDeletion } from './deletions.service.js';
import { ReceiptSigner } from './receipt-signer.js';

/** Between two batches: throws when the caller is to stop, else tells others that it is still at it. */
export type Heartbeat = () => Promise<void>;

/** Steps 2 to 5. Any instance, at any time, any number of times, several at once: each batch is one transaction. */
@Injectable()
export class DeletionSteps {
  private readonly logger = new Logger(DeletionSteps.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectConnection() private readonly connection: Connection,
    private readonly deletions: DeletionsService,
    private readonly registry: PersonalDataRegistry,
    private readonly clerk: ClerkDirectory,
    private readonly signer: ReceiptSigner,
    private readonly metrics: Metrics,
    private readonly traces: Traces,
  ) {}

  /**
   * Does all that can be done now, of a deletion that was just leased.
   * @returns after how many ms to come back; undefined when the deletion is completed
   * @throws the first failure, after the other steps were tried
   */
  async advance(deletion: LeasedDeletion, beat: Heartbeat): Promise<number | undefined> {
    const leasedAt = performance.now();
    const { _id, userId, clerkId } = deletion;
    // Completed meanwhile.
    if (userId === undefined || clerkId === undefined) return undefined;
    const person = { userId, clerkId, archiveId: _id };
    const failures: unknown[] = [];
    for (const step of DELETION_STEPS) {
      if (deletion.done[step] !== undefined) continue;
      await beat();
      await this.traces
        .span(`deletion ${step}`, 'INTERNAL', { 'roavelo.deletion_id': String(_id) }, () =>
          this.take(step, person, beat),
        )
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    const age = Math.max(0, ageOf(deletion)) + (performance.now() - leasedAt);
    const { verifyAfterMs } = this.config.deletions;
    if (age < verifyAfterMs) return verifyAfterMs - age;
    await this.verify(deletion, person);
    return undefined;
  }

  private async take(step: DeletionStep, person: DeletedPerson, beat: Heartbeat): Promise<void> {
    if (step === 'clerk') await this.clerk.deleteUser(person.clerkId);
    else await this.erase(step, person, beat);
    await this.deletions.markDone(person.archiveId, step);
  }

  private async erase(step: ErasureStep, person: DeletedPerson, beat: Heartbeat): Promise<void> {
    for (const entry of this.registry.all()) {
      const { collection, erase } = entry;
      if (typeof erase === 'string' || erase.step !== step) continue;
      await untilNothingIsLeft((after) => this.eraseBatch(collection, erase.batch, person, after), beat);
    }
  }

  /** The batch and its count commit together: a crash neither loses nor repeats any of it. */
  private eraseBatch(
    collection: string,
    batch: ErasureByStep['batch'],
    person: DeletedPerson,
    after: Types.ObjectId | undefined,
  ): Promise<Batch> {
    return inTransaction(this.connection, async (session) => {
      const done = await batch(person, session, after);
      if (done.count > 0) await this.deletions.countErased(person.archiveId, collection, done.count, session);
      return done;
    });
  }

  /** Step 5. By now every request that began before the fence has ended, so what is found here is all there will be. */
  private async verify(deletion: Deletion, person: DeletedPerson): Promise<void> {
    for (const { collection, erase, isLeft } of this.registry.all()) {
      if (!(await isLeft(person))) continue;
      this.logger.error({ msg: 'ALERT: a deleted user is still referred to', collection });
      this.metrics.deletionLeftovers.inc();
      if (typeof erase !== 'string') await this.deletions.markUndone(person.archiveId, erase.step);
      throw new Error(`${collection} still refers to a deleted user`);
    }
    // Counts of the last batches came after this deletion was read.
    const erased = (await this.deletions.find(person.archiveId))?.erased ?? deletion.erased;
    const completedAt = new Date();
    const { subjectHash, reason, requestedAt } = deletion;
    const statement = await this.signer.sign({
      id: person.archiveId,
      subjectHash,
      reason,
      requestedAt,
      completedAt,
      erased,
    });
    await this.deletions.complete(person.archiveId, completedAt, statement);
  }
}
