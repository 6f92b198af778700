import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import { ClerkError } from '../store/errors.ts';
import type { Fault, FaultyApi } from '../store/faults.ts';
import type { Instance } from './instance.ts';

/** For the hook of a room: applies the instance's fault. True: the request is answered, or never will be. */
export async function meetFault(
  request: FastifyRequest,
  reply: FastifyReply,
  api: FaultyApi,
  instance: Instance,
): Promise<boolean> {
  const [path = ''] = request.url.split('?');
  const fault = instance.faults.take(
    api,
    request.method,
    path.replace(/^\/__clerk\/i[0-9a-f]{15}/, '/__clerk'),
  );
  request.setDecorator('fault', fault ?? null);
  return fault !== undefined && (await interfere(fault, request, reply));
}

/** Of `lose-answer`: once the work is done, before the answer is sent. */
export function loseAnswer(request: FastifyRequest): void {
  const fault = request.getDecorator<Fault | null>('fault');
  if (fault?.mode === 'lose-answer') request.raw.socket.destroy();
}

async function interfere(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
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
