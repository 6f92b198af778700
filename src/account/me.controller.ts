import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/operation.decorator.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { User } from '../users/user.schema.js';
import { type Me, type MeChange, meChangeSchema, meSchema } from './me.dto.js';
import { ProfileService } from './profile.service.js';

@ApiTags('Me')
@Controller('users/me')
export class MeController {
  constructor(private readonly profile: ProfileService) {}

  @Get()
  @Operation({
    id: 'getMe',
    summary: 'My profile',
    description: 'The first request of a new account creates its user; no webhook needs to have arrived.',
    success: { 200: { description: 'My profile.', schema: meSchema } },
  })
  get(@CurrentUser() user: User): Promise<Me> {
    return this.profile.read(user);
  }

  @Patch()
  @Operation({
    id: 'changeMe',
    summary: 'Change my profile',
    description: 'What is left out stays as it is. Names are changed in Clerk, too.',
    success: { 200: { description: 'My profile after the change.', schema: meSchema } },
    problems: [
      'validation_failed',
      'username_taken',
      'unknown_country',
      'payload_too_large',
      'unsupported_media_type',
    ],
  })
  change(@CurrentUser() user: User, @Body({ schema: meChangeSchema }) change: MeChange): Promise<Me> {
    return this.profile.change(user, change);
  }
}
