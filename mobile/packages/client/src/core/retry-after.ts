/**
 * The wait that an answer asks for, in ms: `Retry-After` in seconds or as a date. A date is compared with the
 * answer's own `Date`, when it may be read, because a phone's clock can be wrong.
 * @returns undefined without the header, or with one that is neither
 */
export function retryAfterMs(header: (name: string) => string | null): number | undefined {
  const value = header('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse accepts text that is no date, e.g. -1.
  const until = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  const now = Date.parse(header('date') ?? '');
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
}
