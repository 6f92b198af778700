import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClerkModule } from '../clerk/clerk.module.js';
import { CallerLimits } from './caller-limits.js';
import { ClerkGuard } from './clerk.guard.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [ClerkModule],
  providers: [CallerLimits, TokenVerifier, { provide: APP_GUARD, useClass: ClerkGuard }],
})
export class AuthModule {}
