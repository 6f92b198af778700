import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { ClerkError } from '../store/errors.ts';
import type { Fault } from './faults.ts';

/** Applies a fault before the request is handled. True: it is answered, or never will be. */
export async function interfere(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { mode, status, retryAfter, delayMs = 1000 } = fault;
  switch (mode) {
    case 'status': {
      const text = 'A fault was injected into the local Clerk.';
      const item = { code: 'injected_fault', message: 'Injected fault', long_message: text };
      throw new ClerkError(status ?? 500, [item], retryAfter);
    }
    case 'html': {
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
      const html = '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>';
      await reply
        .status(status ?? 502)
        .type('text/html; charset=utf-8')
        .send(html);
      return true;
    }
    case 'refuse':
      reply.hijack();
      request.raw.socket.destroy();
      return true;
    case 'hang':
      reply.hijack();
      return true;
    case 'slow':
      await delay(delayMs, undefined, { ref: false });
      return false;
    case 'lose-answer':
      return false;
  }
}
