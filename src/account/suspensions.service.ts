import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import type { Actor } from '../audit/actor.decorator.js';
import { AuditService } from '../audit/audit.service.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import { UsersService } from '../users/users.service.js';

/** Suspensions by admins, each with an audit record. */
@Injectable()
export class SuspensionsService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly audit: AuditService,
  ) {}

  /** @throws ProblemError `user_not_found`; `forbidden` for the admin's own account */
  async suspend(by: Actor, userId: Types.ObjectId, reason: string): Promise<void> {
    const id = await this.requireUserId(userId);
    // A suspended admin could not lift it: every route would refuse them.
    if (id.equals(by.userId)) throw new ProblemError('forbidden', 'Admins cannot suspend themselves.');
    await this.set(by, id, true, reason);
  }

  /** @throws ProblemError `user_not_found` */
  async lift(by: Actor, userId: Types.ObjectId, reason: string): Promise<void> {
    await this.set(by, await this.requireUserId(userId), false, reason);
  }

  private async requireUserId(userId: Types.ObjectId): Promise<Types.ObjectId> {
    const user = await this.users.findById(userId);
    if (user === undefined) throw new ProblemError('user_not_found');
    return user._id;
  }

  private async set(by: Actor, id: Types.ObjectId, isSuspended: boolean, reason: string): Promise<void> {
    const action = isSuspended ? 'user.suspended' : 'user.unsuspended';
    await inTransaction(this.connection, async (session) => {
      if (!(await this.users.setSuspended(id, isSuspended, session)))
        throw new ProblemError('user_not_found');
      await this.audit.record({ by, action, target: { type: 'user', id }, reason }, session);
    });
  }
}
