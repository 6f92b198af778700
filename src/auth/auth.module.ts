import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClerkModule } from '../clerk/clerk.module.js';
import { Authentication } from './authentication.js';
import { ClerkGuard } from './clerk.guard.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [ClerkModule],
  providers: [Authentication, TokenVerifier, { provide: APP_GUARD, useClass: ClerkGuard }],
})
export class AuthModule {}
