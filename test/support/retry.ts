import { eventually } from './eventually.js';

/**
 * Sends a request until its answer is not 503, as Svix and apps do, and returns that answer. A request
 * that throws is not sent again.
 */
export async function untilAvailable<T extends { status: number | undefined }>(
  send: () => Promise<T>,
  { timeoutMs = 120_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const outcome = await eventually(
    'the answer is not 503',
    async () => {
      try {
        const answer = await send();
        return answer.status === 503 ? undefined : { answer };
      } catch (error) {
        return { error };
      }
    },
    { timeoutMs, everyMs },
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}
