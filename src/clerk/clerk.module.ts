import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ClerkApi } from './clerk-api.js';
import { ClerkDirectory } from './clerk-directory.js';
import { ClerkInstance } from './clerk-instance.js';
import { OurClerkInstance, OurClerkInstanceSchema } from './clerk-instance.schema.js';
import { SigningKeys } from './signing-keys.js';
import { SvixVerifier } from './svix.js';

/** Everything about Clerk: its API, its keys, its session tokens and the signatures of its webhooks. */
@Module({
  imports: [MongooseModule.forFeature([{ name: OurClerkInstance.name, schema: OurClerkInstanceSchema }])],
  providers: [ClerkApi, ClerkDirectory, ClerkInstance, SigningKeys, SvixVerifier],
  exports: [ClerkDirectory, ClerkInstance, SigningKeys, SvixVerifier],
})
export class ClerkModule {}
