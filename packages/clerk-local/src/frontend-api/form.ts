import { z } from 'zod';

/** A form has no booleans. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
