import type { IncomingMessage } from 'node:http';
import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  onSendHookHandler,
  preParsingHookHandler,
} from 'fastify';
import { callerAddress } from './client-address.js';
import type { ShutdownState } from '../shutdown-state.js';
import { Metrics } from '../observability/metrics.js';
import { ProblemError } from '../problem.js';

/** Webhooks and all other bodies have separate memory, so that neither can take all of it. */
export type BodyPool = 'webhooks' | 'others';

/** For the whole process: 15 webhooks; 80 usual bodies or 7 large ones of the maximum size. */
const POOL_BYTES: Readonly<Record<BodyPool, number>> = {
  webhooks: 16 * 1024 * 1024,
  others: 8 * 1024 * 1024,
};
/** Memory of a chunk in addition to its bytes, including its share of the socket's read buffer. */
const CHUNK_BYTES = 1024;
/** A body may have this many chunks, and one more for each 512 bytes: the smallest TCP packets hold 536. */
const FREE_CHUNKS = 64;
const LEAST_MEAN_CHUNK_BYTES = 512;
const RETRY_AFTER_SECONDS = 2;
/**
 * The time for a caller to read an answer that was sent before the end of the body, and the rest of the
 * body that is discarded meanwhile.
 */
const LINGER_MS = 2000;
/** Counted like bodies: 1 MiB in Ethernet packets. */
const LINGER_BYTES = 2 * 1024 * 1024;

/** Requests whose bodies came in too many pieces; they are read no further. */
const inCrumbs = new WeakSet<IncomingMessage>();

interface Body {
  readonly request: IncomingMessage;
  /** The owner: the subject of a good token, otherwise the address; without limits always the address. */
  readonly holder: string;
  readonly chunks: Buffer[];
  bytes: number;
}

/**
 * Limits the memory of bodies that are being read. Beyond the limit, the oldest unfinished body of the
 * caller with the most memory is answered with 503. So a caller who holds bodies back harms only itself,
 * and a delivery that arrives at once always has room.
 */
class Pool {
  private bytes = 0;
  private readonly unfinished = new Map<string, Set<Body>>();

  constructor(
    private readonly limit: number,
    private readonly onDrop: () => void,
  ) {}

  /**
   * Counts what arrives until the request is answered.
   * @returns releases a body that was read. Call it when the answer is made: sending may wait for
   * earlier answers of the connection
   */
  track(request: FastifyRequest, reply: FastifyReply): () => void {
    const { raw } = request;
    const holder = request.context.caller?.subject ?? callerAddress(request);
    const body: Body = { request: raw, holder, chunks: [], bytes: 0 };
    let received = 0;
    this.unfinished.set(holder, (this.unfinished.get(holder) ?? new Set()).add(body));
    const onData = (chunk: Buffer) => {
      body.chunks.push(chunk);
      received += chunk.length;
      body.bytes += chunk.length + CHUNK_BYTES;
      this.bytes += chunk.length + CHUNK_BYTES;
      if (isInCrumbs(body.chunks.length, received)) {
        refuseCrumbs(raw);
        this.release(body);
      } else if (this.bytes > this.limit) this.makeRoom();
    };
    const stopCounting = () => {
      raw.off('data', onData);
      this.forget(body);
    };
    raw
      .on('data', onData)
      .once('end', () => {
        this.forget(body);
      })
      // Without a listener, an error after parsing would end the process.
      .on('error', stopCounting);
    reply.raw.once('close', () => {
      stopCounting();
      // The parser may still hold the chunks of an aborted body.
      body.chunks.length = 0;
      this.release(body);
    });
    return () => {
      if (raw.readableEnded) this.release(body);
    };
  }

  private makeRoom(): void {
    while (this.bytes > this.limit) {
      const oldest = [...(this.heaviest() ?? [])].find(({ bytes }) => bytes > 0);
      // All other bodies are complete and being handled.
      if (oldest === undefined) return;
      this.onDrop();
      this.drop(
        oldest,
        new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }),
      );
    }
  }

  /** Like a broken connection: the parser drops its chunks, and the request is answered with this error. */
  private drop(body: Body, error: ProblemError): void {
    body.request.emit('error', error);
    this.release(body);
  }

  private release(body: Body): void {
    this.bytes -= body.bytes;
    body.bytes = 0;
    for (const chunk of body.chunks.splice(0)) free(chunk);
  }

  /** The unfinished bodies of the caller with the most memory in them, oldest first. */
  private heaviest(): Set<Body> | undefined {
    let most = 0;
    let heaviest: Set<Body> | undefined;
    for (const bodies of this.unfinished.values()) {
      let bytes = 0;
      for (const body of bodies) bytes += body.bytes;
      if (bytes > most) [most, heaviest] = [bytes, bodies];
    }
    return heaviest;
  }

  /** Marks a body as complete: it can no longer be dropped. */
  private forget(body: Body): void {
    const bodies = this.unfinished.get(body.holder);
    bodies?.delete(body);
    if (bodies?.size === 0) this.unfinished.delete(body.holder);
  }
}

/**
 * Bounds the memory of bodies that are being read.
 * @returns the hooks `preParsing` and `onSend`
 */
export function boundBodies(metrics: Metrics, poolOf: (request: FastifyRequest) => BodyPool) {
  const pool = (name: BodyPool) =>
    new Pool(POOL_BYTES[name], () => {
      metrics.droppedBodies.inc({ pool: name });
    });
  const pools = { webhooks: pool('webhooks'), others: pool('others') };
  const releases = new WeakMap<FastifyRequest, () => void>();
  /**
   * Must be the last hook before the parser: data begins to flow, so the parser must be the next listener.
   */
  const preParsing: preParsingHookHandler = (request, reply, payload, done) => {
    if (inCrumbs.has(request.raw)) {
      done(tooManyPieces());
      return;
    }
    if (mayHaveBody(request.raw.headers)) releases.set(request, pools[poolOf(request)].track(request, reply));
    done(null, payload);
  };
  const onSend: onSendHookHandler = (request, _reply, payload, done) => {
    releases.get(request)?.();
    done(null, payload);
  };
  return { preParsing, onSend };
}

/**
 * onRequest: refuses a chunked body in too many pieces as soon as Node has parsed them. A read of 64 kB
 * can hold 10,000 chunks, and Node creates a buffer for each, even while the stream is paused. Kept
 * until the request is admitted, they would take 5 MB.
 */
export const refuseCrumbledBody: onRequestHookHandler = ({ raw }, _reply, done) => {
  if (raw.headers['transfer-encoding'] !== undefined) {
    let chunks = 0;
    let bytes = 0;
    const push = raw.push.bind(raw);
    raw.push = (chunk: Buffer | null) => {
      if (inCrumbs.has(raw)) {
        if (chunk !== null) free(chunk);
        return false;
      }
      bytes += chunk?.length ?? 0;
      if (!isInCrumbs(++chunks, bytes)) return push(chunk);
      refuseCrumbs(raw);
      return false;
    };
  }
  done();
};

function isInCrumbs(chunks: number, bytes: number): boolean {
  return chunks > FREE_CHUNKS + bytes / LEAST_MEAN_CHUNK_BYTES;
}

/** Ends reading. The parser, if there is one yet, answers with the error. */
function refuseCrumbs(request: IncomingMessage): void {
  inCrumbs.add(request);
  if (request.listenerCount('error') > 0) request.emit('error', tooManyPieces());
  // Drops buffered chunks, which would otherwise stay in memory as long as the connection.
  while (request.read() !== null);
  // Last, because reading from the stream resumes the socket.
  request.socket.pause();
}

function tooManyPieces(): ProblemError {
  return new ProblemError('validation_failed', 'The body comes in too many pieces.');
}

/**
 * onSend: lets a caller read an answer that was sent before the end of the body. Fastify would close at
 * once, which resets the connection while the caller is sending. Up to 1 MiB of the rest is discarded,
 * and the connection stays open; a longer rest is not read, and the connection ends after two seconds.
 */
export function lingerAfterEarlyAnswer(shutdown: ShutdownState): onSendHookHandler {
  return (request, reply, payload, done) => {
    const { raw } = request;
    const isTooSlow = reply.statusCode === 408;
    if (mayHaveBody(raw.headers) && !raw.complete && !isTooSlow && !shutdown.isDraining) {
      void reply.removeHeader('connection');
      linger(raw);
    }
    done(null, payload);
  };
}

function linger(request: IncomingMessage): void {
  const { socket } = request;
  if (!inCrumbs.has(request)) {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length + CHUNK_BYTES;
      free(chunk);
      if (bytes > LINGER_BYTES) socket.pause();
    });
    request.resume();
  }
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(timer);
  });
}

/**
 * Frees the memory of a chunk now. V8 would free it only after tens of MiB, because it counts objects
 * and a chunk is a small one.
 */
function free({ buffer, byteLength }: Buffer): void {
  // Buffers that JavaScript allocates can share one.
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isAlone && !buffer.detached) buffer.transfer(0);
}

export function mayHaveBody(headers: IncomingMessage['headers']): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
}
