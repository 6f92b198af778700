import { globSync } from 'node:fs';
import { root } from './mutants.ts';

const reading = ['test/tokens-are-read-strictly.spec.ts', 'test/tokens.e2e.ts'];
const tokens = [
  'test/tokens.e2e.ts',
  'test/hostile-tokens-are-401.e2e.ts',
  'test/session-revocation.e2e.ts',
  'test/me.e2e.ts',
  'test/metrics.e2e.ts',
  'test/limits.e2e.ts',
];
const webhooks = [
  'test/webhooks.e2e.ts',
  'test/webhook-vectors.e2e.ts',
  'test/webhook-handlers.spec.ts',
  'test/dead-letters.e2e.ts',
  'test/session-revocation.e2e.ts',
  'test/purchases.e2e.ts',
  'test/rollback-leaves-no-ghost.e2e.ts',
  'test/clerk-away-loses-nothing.e2e.ts',
  'test/deletions-in-any-order.e2e.ts',
  'test/audit.e2e.ts',
  'test/attacks.e2e.ts',
  'test/metrics.e2e.ts',
  'test/document.e2e.ts',
];
const deletions = [
  'test/account-deletion.e2e.ts',
  'test/deletions-in-any-order.e2e.ts',
  'test/deletion-is-verified.e2e.ts',
  'test/deletion-leaves-no-trace.e2e.ts',
  'test/deletion-beats-first-requests.e2e.ts',
  'test/deleted-users-admin.e2e.ts',
  'test/receipts.e2e.ts',
  'test/reconcile.e2e.ts',
  'test/clerk-is-doubted.e2e.ts',
  'test/metrics.e2e.ts',
  'test/audit.e2e.ts',
  'test/traces.e2e.ts',
];

const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Blocks of tests that measure times: under load they fail without a mutant. */
export const TIMED = ['an overloaded instance'];

/** What is mutated, whole files, and the tests that are to notice. */
export const plan: readonly (readonly [sources: readonly string[], tests: readonly string[]])[] = [
  [files('src/auth/{bearer,token}.ts'), reading],
  [files('src/auth/{clerk.guard,signing-keys,token-verifier}.ts'), tokens],
  [
    files('src/webhooks/{svix,webhook-gate,webhook-handler,webhooks.controller,webhooks.service}.ts'),
    webhooks,
  ],
  [files('src/webhooks/*.handler.ts'), webhooks],
  [files('src/account/{account-deletion,deletion-steps,deletions}.service.ts'), deletions],
  [['src/users/deletion-fence.ts'], deletions],
];
