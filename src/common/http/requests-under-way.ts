import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.js';

/**
 * For an answer to begin. Every dependency has a shorter deadline of its own, but a driver can lose one.
 * Svix gives up after 15 s.
 */
const ANSWER_TIMEOUT_MS = 14_000;
/** One timer for all requests: one for each costs more than reading a clock. */
const CHECK_EVERY_MS = 250;

/** In place of the time of a request that took too long; its connection is not closed yet. */
const ANSWERED = Number.NEGATIVE_INFINITY;

/** The requests that are not answered yet, oldest first. Answers those that take too long. */
export class RequestsUnderWay {
  /** When each began, by `performance.now()`. */
  private readonly begun = new Map<FastifyReply, number>();
  private timer: NodeJS.Timeout | undefined;

  /** @param onAborted called when the caller hangs up before the answer was sent */
  add(reply: FastifyReply, onAborted: (request: FastifyRequest, reply: FastifyReply) => void): void {
    this.begun.set(reply, performance.now());
    this.timer ??= setInterval(() => {
      this.answerLate();
    }, CHECK_EVERY_MS).unref();
    reply.raw.once('close', () => {
      this.begun.delete(reply);
      if (!reply.raw.writableFinished) onAborted(reply.request, reply);
    });
  }

  /** The connections whose requests have arrived completely and are being handled. */
  handledSockets(): ReadonlySet<Socket> {
    const complete = [...this.begun.keys()].filter(({ request }) => request.raw.complete);
    return new Set(complete.map(({ request }) => request.raw.socket));
  }

  private answerLate(): void {
    if (this.begun.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    const latest = performance.now() - ANSWER_TIMEOUT_MS;
    for (const [reply, begunAt] of this.begun) {
      // Not every Node closes the answers that wait behind another one when their connection ends.
      if (reply.request.raw.socket.destroyed) {
        this.begun.delete(reply);
        continue;
      }
      if (begunAt === ANSWERED) continue;
      if (begunAt > latest) return;
      this.begun.set(reply, ANSWERED);
      answerTimeout(reply);
    }
  }
}

/** Not Fastify's `handlerTimeout`, which ends once the body has arrived. */
function answerTimeout(reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return;
  // Either the caller still owes its body, or a dependency hangs.
  const code = reply.request.raw.complete ? 'dependency_unavailable' : 'request_timeout';
  if (code === 'request_timeout') void reply.header('connection', 'close');
  void reply.send(new ProblemError(code));
}
