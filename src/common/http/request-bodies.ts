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

/** Bodies that are read at the same time: those of webhooks, and all others, so that neither can crowd out the other. */
export type BodyPool = 'webhooks' | 'others';

/** Over the whole process: fifteen webhooks of the largest size, 80 other bodies of theirs. */
const POOL_BYTES: Readonly<Record<BodyPool, number>> = {
  webhooks: 16 * 1024 * 1024,
  others: 8 * 1024 * 1024,
};
/** Memory that a chunk takes beside its bytes, with its share of what the socket was read into. */
const CHUNK_BYTES = 1024;
/** A body may come in this many chunks, and in one more for each 512 bytes: the smallest packets of TCP hold 536. */
const FREE_CHUNKS = 64;
const LEAST_MEAN_CHUNK_BYTES = 512;
const RETRY_AFTER_SECONDS = 2;
/** For the caller to read an answer that came before the end of its body; how much of the rest is read and thrown away meanwhile. */
const LINGER_MS = 2000;
/** As bodies are counted: 1 MiB in packets of Ethernet. */
const LINGER_BYTES = 2 * 1024 * 1024;

/** Bodies that came in too many pieces, and are read no further. */
const inCrumbs = new WeakSet<IncomingMessage>();

interface Body {
  readonly request: IncomingMessage;
  /** Who holds it: the subject of a good token, else the address; with limits off the address. */
  readonly holder: string;
  readonly chunks: Buffer[];
  /** Counted: what arrived, and what its chunks take besides. */
  bytes: number;
}

/**
 * The memory that bodies under way may take. Beyond it the caller that holds the most loses its oldest unfinished body, which is
 * answered with 503: who holds bodies back hurts itself, not a user behind the same address, and a delivery that arrives in one go always
 * finds room.
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
   * @returns lets go of a body that was read whole. To be called when its answer is made: sent, it may wait behind others of its connection
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
      // What the parser no longer listens for must not end the process.
      .on('error', stopCounting);
    reply.raw.once('close', () => {
      stopCounting();
      // Of a body that broke off, the parser may still have them.
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
      // The rest is being worked on.
      if (oldest === undefined) return;
      this.onDrop();
      this.drop(
        oldest,
        new ProblemError('overloaded', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS }),
      );
    }
  }

  /** As when the connection breaks: the parser lets go of what it has, and the request is answered with this error. */
  private drop(body: Body, error: ProblemError): void {
    body.request.emit('error', error);
    this.release(body);
  }

  private release(body: Body): void {
    this.bytes -= body.bytes;
    body.bytes = 0;
    for (const chunk of body.chunks.splice(0)) free(chunk);
  }

  /** The unfinished bodies of the caller whose unfinished bodies take the most, oldest first. */
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

  /** It can no longer be dropped. */
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
  /** Must be the last hook before the parser, which has to be the next listener: data begins to flow. */
  const preParsing: preParsingHookHandler = (request, reply, payload, done) => {
    if (inCrumbs.has(request.raw)) {
      done(tooManyPieces());
      return;
    }
    if (mayHaveBody(request.raw.headers)) releases.set(request, pools[poolOf(request)].track(request, reply));
    done(null, payload);
  };
  /** Handlers have a copy. */
  const onSend: onSendHookHandler = (request, _reply, payload, done) => {
    releases.get(request)?.();
    done(null, payload);
  };
  return { preParsing, onSend };
}

/**
 * onRequest: refuses a chunked body in too many pieces as soon as Node has parsed them. A read of 64 kB can hold 10,000 chunks, and Node makes
 * a buffer of each at once, even while the stream is paused: kept until the request is admitted they take 5 MB, as garbage nothing.
 */
export const refuseCrumbledBody: onRequestHookHandler = ({ raw }, _reply, done) => {
  if (raw.headers['transfer-encoding'] !== undefined) {
    let chunks = 0;
    let bytes = 0;
    const push = raw.push.bind(raw);
    raw.push = (chunk: Buffer | null) => {
      if (inCrumbs.has(raw)) {
        if (chunk !== null) free(chunk);
        // Node stops reading the socket.
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

/** Its parser, if it has one by now, answers with the error; no more is read. */
function refuseCrumbs(request: IncomingMessage): void {
  inCrumbs.add(request);
  if (request.listenerCount('error') > 0) request.emit('error', tooManyPieces());
  // What it was given before: without this it stays in memory as long as the connection.
  while (request.read() !== null);
  // Last: to read from the stream is to read from the socket again.
  request.socket.pause();
}

function tooManyPieces(): ProblemError {
  return new ProblemError('validation_failed', 'The body comes in too many pieces.');
}

/**
 * onSend: lets a caller read an answer that came before the end of its body. Closing at once, as Fastify asks for, would reset the
 * connection under the rest of the body. Up to 1 MiB of the rest is read and thrown away, and the connection goes on; of a longer
 * body no more is read, and the connection ends after two seconds.
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
 * Gives the memory of a chunk back now. V8 would collect it, but only after tens of MiB have piled up: for that it counts objects, and a
 * chunk is a small one.
 */
function free({ buffer, byteLength }: Buffer): void {
  // Those that JavaScript makes can share one.
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isAlone && !buffer.detached) buffer.transfer(0);
}

/** Whether a head says that bytes of a body can follow. */
export function mayHaveBody(headers: IncomingMessage['headers']): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
}
