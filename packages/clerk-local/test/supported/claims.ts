import { addressClaims } from './backend-addresses.ts';
import { sessionClaims } from './backend-sessions.ts';
import { tokenClaims } from './backend-tokens.ts';
import { userClaims } from './backend-users.ts';
import type { Claim } from './claim.ts';
import { clientClaims } from './frontend-client.ts';
import { meAddressClaims } from './frontend-me-addresses.ts';
import { meClaims } from './frontend-me.ts';
import { signInClaims } from './frontend-sign-ins.ts';
import { signUpClaims } from './frontend-sign-ups.ts';
import { verificationClaims } from './verifications.ts';

/** What SUPPORTED.md lists as supported. */
export const CLAIMS: readonly Claim[] = [
  ...userClaims,
  ...addressClaims,
  ...sessionClaims,
  ...tokenClaims,
  ...clientClaims,
  ...signUpClaims,
  ...signInClaims,
  ...meClaims,
  ...meAddressClaims,
  ...verificationClaims,
];
