import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

const DROP_EVERY_MS = 200;
/** At a close, for a request to become whole. */
const UNFINISHED_MS = 1500;
/** Of the grace, for what comes behind the last answer. */
const LAST_MS = 1500;

/**
 * Whether this instance is about to stop: it still answers, but says so in `/health/ready`, and ends each connection with the
 * answer.
 */
@Injectable()
export class ShutdownState {
  private begun: number | undefined;

  get isDraining(): boolean {
    return this.begun !== undefined;
  }

  /** By `performance.now()`; infinite before. */
  get begunAt(): number {
    return this.begun ?? Infinity;
  }

  begin(): void {
    this.begun ??= performance.now();
  }
}

/**
 * Lets nobody hold up a close but requests under way. Their answers end their connection. Dropped are connections that have sent
 * nothing yet, which clients open ahead of their requests and Node waits for; soon those whose request isn't whole yet; and at the end of
 * the grace callers who don't read their answer.
 */
export function closeGracefully(instance: FastifyInstance, drain: ShutdownState, graceMs: number): void {
  const sockets = new Set<Socket>();
  const handling = new Map<Socket, number>();
  instance.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      handling.delete(socket);
    });
  });
  // Whole, body and all.
  instance.addHook('preHandler', ({ raw: { socket } }, reply, done) => {
    handling.set(socket, (handling.get(socket) ?? 0) + 1);
    reply.raw.once('close', () => {
      if (handling.has(socket)) handling.set(socket, (handling.get(socket) ?? 1) - 1);
    });
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.isDraining) void reply.header('connection', 'close');
    done(null, payload);
  });
  instance.addHook('preClose', (done) => {
    drain.begin();
    const unfinishedUntil = performance.now() + UNFINISHED_MS;
    const answersUntil = drain.begunAt + graceMs - LAST_MS;
    const drop = setInterval(() => {
      const now = performance.now();
      for (const socket of sockets) {
        const isUnderWay = (handling.get(socket) ?? 0) > 0;
        if (socket.bytesRead === 0 || now > (isUnderWay ? answersUntil : unfinishedUntil)) socket.destroy();
      }
      instance.server.closeIdleConnections();
    }, DROP_EVERY_MS);
    instance.server.once('close', () => {
      clearInterval(drop);
    });
    done();
  });
}
