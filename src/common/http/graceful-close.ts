import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { onSendHookHandler, preCloseHookHandler } from 'fastify';
import type { ShutdownState } from '../shutdown-state.js';
import type { RequestsUnderWay } from './requests-under-way.js';

const DROP_EVERY_MS = 200;
/** From the close on, for requests whose body is still arriving. */
const INCOMPLETE_REQUEST_GRACE_MS = 1500;
/** The part of the grace period that is reserved for closing MongoDB and traces. */
const FINAL_MARGIN_MS = 1500;

/**
 * Lets a close wait for nothing but requests under way; each answer ends its connection. Dropped are, at
 * once, connections that have sent nothing yet (clients open them ahead of their requests, and Node would
 * wait); after a short while those whose request is incomplete; and at the end of the grace period callers
 * who don't read their answer.
 * @returns the hooks `onSend` and `preClose`
 */
export function closeGracefully(
  server: Server,
  underWay: RequestsUnderWay,
  shutdown: ShutdownState,
  graceMs: number,
) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
    });
  });
  const onSend: onSendHookHandler = (_request, reply, payload, done) => {
    if (shutdown.isDraining) void reply.header('connection', 'close');
    done(null, payload);
  };
  const preClose: preCloseHookHandler = (done) => {
    shutdown.begin();
    const incompleteUntil = performance.now() + INCOMPLETE_REQUEST_GRACE_MS;
    const answersUntil = shutdown.begunAt + graceMs - FINAL_MARGIN_MS;
    const drop = setInterval(() => {
      const now = performance.now();
      const handled = underWay.handledSockets();
      for (const socket of sockets) {
        const until = handled.has(socket) ? answersUntil : incompleteUntil;
        if (socket.bytesRead === 0 || now > until) socket.destroy();
      }
      server.closeIdleConnections();
    }, DROP_EVERY_MS);
    server.once('close', () => {
      clearInterval(drop);
    });
    done();
  };
  return { onSend, preClose };
}
