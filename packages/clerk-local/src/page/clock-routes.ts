import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { Clock } from '../store/clock.ts';

/** A time of year 1970 to 9999, in ms since 1970 or ISO 8601. */
const time = z
  .union([z.number(), z.string()])
  .transform((value) => new Date(value).getTime())
  .refine((value) => value >= 0 && value < 253_402_300_800_000, { error: 'must be a time.' });

/** `now: null` is the real time. */
const setParameters = z.strictObject({ now: time.nullable(), frozen: z.boolean().default(false) });
const advanceParameters = z.strictObject({
  ms: z
    .number()
    .min(0)
    .max(100 * 365 * 24 * 3600 * 1000),
});

/** The instance's clock: `{"now", "offsetMs", "frozen"}`. */
export function clockRoutes(api: Server): void {
  api.get('/clock', (request) => clockJson(instanceOf(request).store.clock));

  api.put('/clock', { schema: { body: setParameters } }, (request) => {
    const { clock } = instanceOf(request).store;
    const { now, frozen } = request.body;
    if (now === null) clock.reset();
    else clock.set(now, { frozen });
    return clockJson(clock);
  });

  api.post('/clock', { schema: { body: advanceParameters } }, (request) => {
    const { clock } = instanceOf(request).store;
    clock.advance(request.body.ms);
    return clockJson(clock);
  });
}

function clockJson(clock: Clock): object {
  const now = clock.now();
  return {
    now: new Date(now).toISOString(),
    offsetMs: now - Date.now(),
    frozen: clock.state.frozenAt !== null,
  };
}
