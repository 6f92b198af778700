import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<string, Style>> = {
  error: 'red',
  fatal: 'red',
  warn: 'yellow',
  debug: 'gray',
  trace: 'gray',
};
/** Already part of the line, or of no use to a reader. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'context', 'hostname', 'pid']);

/**
 * Formats the service's JSON lines for a terminal: the time of day, the message, the other fields as
 * `name=value`. Coloured where the destination supports colours.
 */
export function readableLog(destination: Writable): { write(line: string): void } {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: destination });
  return {
    write: (line) => {
      destination.write(`${readable(line, paint)}\n`);
    },
  };
}

/** Prints one line for a webhook delivery of the local Clerk. */
export function readableDelivery(
  destination: Writable,
  { type, status, attempt }: { type: string; status: number | null; attempt: number },
): void {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: destination });
  const isGood = status !== null && status < 300;
  const outcome = paint(isGood ? 'green' : 'red', status === null ? 'no answer' : String(status));
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const time = paint('gray', clockOf(new Date()));
  destination.write(`${time} ${paint('magenta', 'webhook')} ${printable(type)} ${outcome}${again}\n`);
}

function readable(line: string, paint: (style: Style, text: string) => string): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line.trimEnd();
  }
  const time = paint('gray', clockOf(new Date(String(fields['time']))));
  if (fields['msg'] === 'request') return `${time} ${requestOf(fields, paint)}`;
  const level = String(fields['level']);
  const style = STYLES[level];
  const said = `${style === undefined ? '' : `${level}: `}${printable(fields['msg'])}`;
  return `${time} ${style === undefined ? said : paint(style, said)}${restOf(fields, LEFT_OUT, paint)}`;
}

const OF_REQUESTS = new Set([...LEFT_OUT, 'method', 'route', 'status', 'code', 'ms', 'requestId', 'aborted']);

function requestOf(fields: Record<string, unknown>, paint: (style: Style, text: string) => string): string {
  const { method, route, status, code, ms } = fields as Record<string, string | number | null | undefined>;
  const style = typeof status !== 'number' || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const outcome = paint(style, [status ?? 'aborted', code].filter((part) => part !== undefined).join(' '));
  return `${paint('cyan', String(method ?? '?'))} ${String(route ?? '(no route)')} ${outcome} ${String(ms ?? 0)} ms${restOf(fields, OF_REQUESTS, paint)}`;
}

function restOf(
  fields: Record<string, unknown>,
  without: ReadonlySet<string>,
  paint: (style: Style, text: string) => string,
): string {
  const rest = Object.entries(fields)
    .filter(([name]) => !without.has(name))
    .map(([name, value]) => `${name}=${printable(value)}`);
  return rest.length === 0 ? '' : ` ${paint('gray', rest.join(' '))}`;
}

/** Escapes control characters: they could move the cursor or begin a new line. */
function printable(value: unknown): string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value) ? value : JSON.stringify(value);
}

/** The local time of day, "09:30:00". */
function clockOf(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
