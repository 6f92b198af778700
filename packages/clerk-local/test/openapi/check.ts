import { afterAll, afterEach, it } from '@jest/globals';
import type { Exchange } from 'clerk-local';
import { defectsOf } from './answers.js';
import { ABSENT } from './documents.js';

const defects = new Set<string>();

/**
 * Remembers what Clerk's documents don't allow in an answer, and calls of clerk-js that are refused. The
 * current test fails for them when it ends.
 */
export function checkAnswer(exchange: Exchange): void {
  const { method, path, status } = exchange;
  if (status === 501 && path.includes('_clerk_js_version=')) {
    defects.add(`${method} ${path.split('?')[0] ?? ''}: the real clerk-js calls it, and it is refused`);
  }
  if (ABSENT === undefined) for (const defect of defectsOf(exchange)) defects.add(defect);
}

function report(): void {
  const found = [...defects];
  defects.clear();
  if (found.length > 0) throw new Error(`Clerk would not answer so:\n${found.join('\n')}`);
}
afterEach(report);
afterAll(report);

if (ABSENT !== undefined) it.skip(`${ABSENT}: answers aren't validated`, () => undefined);
