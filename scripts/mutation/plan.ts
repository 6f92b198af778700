import { globSync } from 'node:fs';
import { root } from './mutants.ts';

const reading = ['test/tokens-are-read-strictly.spec.ts', 'test/tokens.e2e.ts'];
const receiving = ['test/deliveries-are-proven.spec.ts', 'test/webhook-receiver.spec.ts'];
const events = ['test/webhook-user-events.spec.ts', 'test/webhook-session-and-payment-events.spec.ts'];

const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Blocks of tests that measure times: under load they fail without a mutant. */
export const TIMED = ['an overloaded instance'];

/** What is mutated, whole files, and the tests that are to notice: few and fast ones, as each mutant meets all of them. */
export const plan: readonly (readonly [sources: readonly string[], tests: readonly string[]])[] = [
  [files('src/auth/{bearer,token}.ts'), reading],
  [['src/auth/clerk.guard.ts'], ['test/clerk-guard.spec.ts']],
  [['src/clerk/signing-keys.ts'], ['test/signing-keys.spec.ts']],
  [['src/auth/token-verifier.ts'], ['test/token-verifier.spec.ts']],
  [files('src/webhooks/{svix,webhook-gate}.ts'), receiving],
  [['src/webhooks/webhooks.controller.ts'], [...receiving, 'test/document.e2e.ts']],
  [files('src/webhooks/{webhook-handler,*.handler}.ts'), events],
  [['src/webhooks/webhooks.service.ts'], ['test/webhook-ledger.e2e.ts']],
  [['src/deletion/deletions.service.ts'], ['test/deletion-records.e2e.ts', 'test/deletion-leases.e2e.ts']],
  [['src/deletion/deletion-steps.service.ts'], ['test/deletion-steps.e2e.ts']],
  [
    ['src/deletion/account-deletion.service.ts', 'src/deleted-users/deletion-fence.ts'],
    ['test/deletion-fence.e2e.ts', 'test/account-deletion.e2e.ts'],
  ],
];
