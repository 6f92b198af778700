import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UsersModule } from '../users/users.module.js';
import { ClerkGuard } from './clerk.guard.js';
import { SigningKeys } from './signing-keys.js';
import { TokenVerifier } from './token-verifier.js';

@Module({
  imports: [UsersModule],
  providers: [SigningKeys, TokenVerifier, { provide: APP_GUARD, useClass: ClerkGuard }],
})
export class AuthModule {}
