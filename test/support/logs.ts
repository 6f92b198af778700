import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';

/** A line of the log, parsed. */
export type LogLine = Record<string, unknown>;

/** The log of an app: give `sink` to `startTestApp`. */
export interface Logs {
  sink: Writable;
  /** All lines as they were written. */
  text(): string;
  lines(): LogLine[];
  /** Resolves with the first line that matches, already written or still to come. */
  next(matches: (line: LogLine) => boolean): Promise<LogLine>;
  /** Forgets the lines written so far. */
  clear(): void;
}

/** Keeps what an app logs. */
export function captureLogs(): Logs {
  let text = '';
  const written = new EventEmitter().setMaxListeners(0);
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine);
  return {
    sink: new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        written.emit('line');
        done();
      },
    }),
    text: () => text,
    lines,
    next: async (matches) => {
      let found = lines().find(matches);
      while (found === undefined) {
        await once(written, 'line');
        found = lines().find(matches);
      }
      return found;
    },
    clear: () => {
      text = '';
    },
  };
}
