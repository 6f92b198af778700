import type { Writable } from 'node:stream';
import type { Delivery, Mail } from '../clerk-local.ts';

/** What happens while it runs, a line each: mails and text messages, and attempts of deliveries. */
export interface Console {
  mail(mail: Mail): void;
  delivery(delivery: Delivery): void;
}

export function readableConsole(out: Writable): Console {
  const print = (...parts: string[]): void => {
    out.write(`${[new Date().toLocaleTimeString('en-GB'), ...parts].map(printable).join('  ')}\n`);
  };
  return {
    mail: ({ kind, to, subject, body, code }) => {
      const text = `“${subject === '' ? body : subject}”`;
      print(
        kind === 'sms' ? 'text message' : 'mail',
        `to ${to}`,
        text,
        ...(code === null ? [] : [`code ${code}`]),
      );
    },
    delivery: (delivery) => {
      const { type, state, attempts } = delivery;
      const last = attempts.at(-1);
      const result = last?.status ?? last?.error ?? 'no answer';
      const number = attempts.length === 1 ? [] : [`attempt ${attempts.length}`];
      print('webhook', type, String(result), state, ...number, last?.url ?? '');
    },
  };
}

/** One object a line: `{"mail": …}` or `{"delivery": …}`. */
export function jsonConsole(out: Writable): Console {
  const print = (value: object): void => {
    out.write(`${JSON.stringify(value)}\n`);
  };
  return {
    mail: ({ kind, to, subject, body, code }) => {
      print({ mail: { kind, to, subject, body, code } });
    },
    delivery: ({ svixId, type, state, attempts }) => {
      const { url, status, error, durationMs } = attempts.at(-1) ?? {};
      print({ delivery: { svixId, type, state, attempt: attempts.length, url, status, error, durationMs } });
    },
  };
}

/** Names and answers come from elsewhere: a terminal obeys control characters. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
