import { Types } from 'mongoose';

/** The id of a document as addresses spell it; undefined for any other text. mongoose would take any 12 characters for one. */
export function objectIdOf(text: string): Types.ObjectId | undefined {
  return /^[0-9a-f]{24}$/.test(text) ? new Types.ObjectId(text) : undefined;
}
