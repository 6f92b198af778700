import { Types } from 'mongoose';

/** The id in a path or body; undefined for any other text. mongoose would accept any 12 characters. */
export function objectIdOf(text: string): Types.ObjectId | undefined {
  return /^[0-9a-f]{24}$/.test(text) ? new Types.ObjectId(text) : undefined;
}
