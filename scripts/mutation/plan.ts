import { globSync } from 'node:fs';
import { root } from './mutants.ts';

const reading = ['test/guarantees/tokens-are-read-strictly.spec.ts', 'test/routes/tokens.e2e.ts'];
const receiving = [
  'test/guarantees/webhook-signatures-are-verified.spec.ts',
  'test/guarantees/webhook-receiver.spec.ts',
];
const events = [
  'test/guarantees/webhook-user-events.spec.ts',
  'test/guarantees/webhook-session-and-payment-events.spec.ts',
];

const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Blocks of tests that measure time: under load they fail without a mutant. */
export const TIMED = ['an overloaded instance'];

/** The files that are mutated, and their tests: few and fast ones, because each mutant runs them all. */
export const plan: readonly (readonly [sources: readonly string[], tests: readonly string[]])[] = [
  [['src/clerk/session-token.ts'], reading],
  [
    ['src/auth/authentication.ts', 'src/auth/clerk.guard.ts', 'src/auth/keyed-queue.ts'],
    ['test/guarantees/clerk-guard.spec.ts', 'test/guarantees/token-verifier.spec.ts'],
  ],
  [['src/clerk/signing-keys.ts'], ['test/guarantees/signing-keys.spec.ts']],
  [['src/auth/token-verifier.ts'], ['test/guarantees/token-verifier.spec.ts']],
  [['src/clerk/svix.ts', 'src/webhooks/webhook-gate.ts'], receiving],
  [['src/webhooks/webhooks.controller.ts'], [...receiving, 'test/routes/document.e2e.ts']],
  [files('src/webhooks/{webhook-handler,*.handler}.ts'), events],
  [['src/webhooks/webhooks.service.ts'], ['test/guarantees/webhook-ledger.e2e.ts']],
  [
    ['src/deletion/deletions.service.ts'],
    ['test/guarantees/deletion-records.e2e.ts', 'test/guarantees/deletion-leases.e2e.ts'],
  ],
  [['src/deletion/deletion-steps.service.ts'], ['test/guarantees/deletion-steps.e2e.ts']],
  [
    ['src/deletion/account-deletion.service.ts', 'src/deleted-users/deletion-fence.ts'],
    ['test/guarantees/deletion-fence.e2e.ts', 'test/routes/account-deletion.e2e.ts'],
  ],
];
