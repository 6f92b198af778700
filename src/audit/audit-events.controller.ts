import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import type { Page } from '../common/http/page.js';
import { Admin, CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import {
  type AuditEventView,
  auditEventPageSchema,
  type AuditQuery,
  auditQuerySchema,
  toView,
} from './audit.dto.js';
import { AuditService } from './audit.service.js';

/** Read-only: no route changes or removes a row. */
@ApiTags('Admin')
@Admin()
@Controller('admin/audit-events')
export class AuditEventsController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    id: 'listAuditEvents',
    summary: 'List the actions of admins, newest first',
    description:
      'Filters can be combined. Contains every action of an admin, and every read of an archive of a deleted account.',
    success: { 200: { description: 'A page.', schema: auditEventPageSchema } },
    problems: ['forbidden'],
  })
  async list(
    @CurrentUser() admin: CallingUser,
    @Query({ schema: auditQuerySchema }) query: AuditQuery,
  ): Promise<Page<AuditEventView>> {
    const page = await this.audit.list(admin._id, query);
    return { ...page, items: page.items.map(toView) };
  }
}
