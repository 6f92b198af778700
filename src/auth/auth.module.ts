import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UsersModule } from '../users/users.module.js';
import { CallerLimits } from './caller-limits.js';
import { ClerkGuard } from './clerk.guard.js';
import { SigningKeys } from './signing-keys.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [UsersModule],
  providers: [CallerLimits, SigningKeys, TokenVerifier, { provide: APP_GUARD, useClass: ClerkGuard }],
})
export class AuthModule {}
