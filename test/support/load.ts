import { Agent, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Call {
  method: string;
  /** Whole address. */
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Answer {
  call: Call;
  /** 0 when the connection ended without an answer. */
  status: number;
  retryAfter: string | undefined;
  ms: number;
}

export interface Load {
  /** All so far. */
  answers: Answer[];
  /** Ends it; resolves when every call has its answer. */
  stop(): Promise<Answer[]>;
}

/**
 * Sends calls at a fixed rate over kept-alive connections, without waiting for answers or repeating any.
 * `next` makes each call; `onAnswer` gets its answer.
 */
export function startLoad(
  perSecond: number,
  next: () => Call,
  { onAnswer, connections = 2000 }: { onAnswer?: (answer: Answer) => void; connections?: number } = {},
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Answer[] = [];
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const fire = () => {
    const asked = ask(agent, next()).then((answer) => {
      answers.push(answer);
      onAnswer?.(answer);
    });
    underWay.add(asked);
    void asked.finally(() => underWay.delete(asked));
  };
  const run = async () => {
    const startedAt = Date.now();
    for (let sent = 0; !stopped.signal.aborted;) {
      const due = ((Date.now() - startedAt) / 1000) * perSecond;
      for (; sent < due; sent++) fire();
      await sleep(5);
    }
  };
  const running = run();
  return {
    answers,
    stop: async () => {
      stopped.abort();
      await running;
      await Promise.all(underWay);
      agent.destroy();
      return answers;
    },
  };
}

function ask(agent: Agent, call: Call): Promise<Answer> {
  const startedAt = Date.now();
  const { method, url, headers, body } = call;
  return new Promise((resolve) => {
    const done = (status: number, retryAfter?: string) => {
      resolve({ call, status, retryAfter, ms: Date.now() - startedAt });
    };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const asking = send(url, { method, agent, headers: { ...headers, ...json } }, (response) => {
      text(response).then(
        () => {
          done(response.statusCode ?? 0, response.headers['retry-after']);
        },
        () => {
          done(0);
        },
      );
    });
    asking.once('error', () => {
      done(0);
    });
    asking.end(body);
  });
}

/** How often each status came. */
export function statusesOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
