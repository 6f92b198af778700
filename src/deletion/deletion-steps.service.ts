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

/** Called between two batches: renews the lease when it is time. @throws when the run must stop */
export type Checkpoint = () => Promise<void>;

/**
 * Steps 2 to 5 of a deletion, after the fence (step 1):
 *   2 `clerk`      delete the account in Clerk
 *   3 `purchases`  move what the archive has no room for
 *     `graph`      remove follows, requests and blocks, with their counters
 *   4 `traces`     remove dead letters, rename audit events
 *   5              verify that nothing refers to the user, sign the receipt
 * A step that fails does not hold up the next ones. Each batch is one transaction, so any instance may
 * repeat any step at any time, even while another one runs it.
 */
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
   * Runs all steps that are open, of a deletion that was just leased.
   * @returns ms until the verification is due; undefined when the deletion is completed
   * @throws the first failure, after the other steps were tried
   */
  async advance(deletion: LeasedDeletion, checkpoint: Checkpoint): Promise<number | undefined> {
    const leasedAt = performance.now();
    const { _id, userId, clerkId } = deletion;
    // Another run has completed it.
    if (userId === undefined || clerkId === undefined) return undefined;
    const person = { userId, clerkId, archiveId: _id };
    const failures: unknown[] = [];
    for (const step of DELETION_STEPS) {
      if (deletion.done[step] !== undefined) continue;
      await checkpoint();
      await this.traces
        .span(`deletion ${step}`, 'INTERNAL', { 'roavelo.deletion_id': String(_id) }, () =>
          this.runStep(step, person, checkpoint),
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

  private async runStep(step: DeletionStep, person: DeletedPerson, checkpoint: Checkpoint): Promise<void> {
    if (step === 'clerk') await this.clerk.deleteUser(person.clerkId);
    else await this.erase(step, person, checkpoint);
    await this.deletions.markDone(person.archiveId, step);
  }

  private async erase(step: ErasureStep, person: DeletedPerson, checkpoint: Checkpoint): Promise<void> {
    for (const entry of this.registry.all()) {
      const { collection, erase } = entry;
      if (typeof erase === 'string' || erase.step !== step) continue;
      await untilNothingIsLeft(
        (after) => this.eraseBatch(collection, erase.batch, person, after),
        checkpoint,
      );
    }
  }

  /** The batch and its count commit together, so a crash neither loses nor repeats any of it. */
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

  /** Step 5. Every request that began before the fence has ended by now, so no new reference can appear. */
  private async verify(deletion: Deletion, person: DeletedPerson): Promise<void> {
    for (const { collection, erase, isLeft } of this.registry.all()) {
      if (!(await isLeft(person))) continue;
      this.logger.error({ msg: 'ALERT: a deleted user is still referred to', collection });
      this.metrics.deletionLeftovers.inc();
      if (typeof erase !== 'string') await this.deletions.markUndone(person.archiveId, erase.step);
      throw new Error(`${collection} still refers to a deleted user`);
    }
    // The last batches were counted after `deletion` was read.
    const erased = (await this.deletions.findDeletion(person.archiveId))?.erased ?? deletion.erased;
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
    await this.deletions.completeDeletion(person.archiveId, completedAt, statement);
  }
}
