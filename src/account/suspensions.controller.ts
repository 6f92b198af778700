import { Body, Controller, Delete, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor } from '../audit/actor.decorator.js';
import { type Reason, reasonSchema } from '../audit/audit.dto.js';
import { Operation } from '../common/http/operation.decorator.js';
import { userIdParam } from '../social/social.dto.js';
import { Admin } from '../users/current-user.decorator.js';
import { SuspensionsService } from './suspensions.service.js';

const PROBLEMS = ['forbidden', 'user_not_found'] as const;

@ApiTags('Admin')
@Admin()
@Controller('admin/users/:userId/suspension')
export class SuspensionsController {
  constructor(private readonly suspensions: SuspensionsService) {}

  @Put()
  @Operation({
    id: 'suspendUser',
    summary: 'Suspend a user',
    description:
      'From the next request on, on every instance: 403 `account_suspended` everywhere but for exporting and deleting the account, and to others the user is as if deleted, until it is lifted. Repeating it keeps the first date. Admins can suspend each other, but not themselves: 403 `forbidden`.',
    success: { 204: { description: 'The user is suspended.' } },
    problems: PROBLEMS,
  })
  suspend(
    @CurrentActor() by: Actor,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<void> {
    return this.suspensions.suspend(by, userId, reason);
  }

  @Delete()
  @Operation({
    id: 'unsuspendUser',
    summary: 'Lift the suspension of a user',
    description: 'A ban in Clerk is another thing, and stays. Repeating it is harmless.',
    success: { 204: { description: 'The user is not suspended (any more).' } },
    problems: PROBLEMS,
  })
  unsuspend(
    @CurrentActor() by: Actor,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Body({ schema: reasonSchema }) { reason }: Reason,
  ): Promise<void> {
    return this.suspensions.lift(by, userId, reason);
  }
}
