import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerAddress } from './client-address.js';
import type { Drain } from './drain.js';
import { Metrics } from './metrics.js';
import { ProblemError } from './problem.js';

/** Bodies that are read at the same time: those of webhooks, and all others, so that neither can crowd out the other. */
export type BodyPool = 'webhooks' | 'others';

/** Over the whole process: sixteen webhooks of the largest size, 80 other bodies of theirs. */
const POOL_BYTES: Readonly<Record<BodyPool, number>> = {
  webhooks: 16 * 1024 * 1024,
  others: 8 * 1024 * 1024,
};
/** Memory that a chunk takes beside its bytes, with its share of what the socket was read into. */
const CHUNK_BYTES = 1024;
/** Of a body, and of what is thrown away: the largest one takes 2,000 of the smallest packets. Chunks of a byte cost more than anything else. */
const MOST_CHUNKS = 4000;
const RETRY_AFTER_SECONDS = 2;
/** For the rest of a body whose request is answered already. */
const LINGER_MS = 2000;

interface Body {
  readonly request: IncomingMessage;
  readonly address: string;
  bytes: number;
  chunks: number;
}

/**
 * The memory that bodies under way may take. Beyond it the address that holds the most loses its oldest unfinished body, which is
 * answered with 503: a caller that holds bodies back hurts itself, and a delivery that arrives in one go always finds room.
 */
class Pool {
  private bytes = 0;
  private readonly unfinished = new Map<string, Set<Body>>();

  constructor(
    private readonly limit: number,
    private readonly onDrop: () => void,
  ) {}

  /** Counts what arrives until the request is answered. */
  track(request: FastifyRequest, reply: FastifyReply): void {
    const { raw } = request;
    const body: Body = { request: raw, address: callerAddress(request), bytes: 0, chunks: 0 };
    this.unfinished.set(body.address, (this.unfinished.get(body.address) ?? new Set()).add(body));
    const onData = (chunk: Buffer) => {
      body.bytes += chunk.length + CHUNK_BYTES;
      this.bytes += chunk.length + CHUNK_BYTES;
      if (++body.chunks > MOST_CHUNKS) {
        this.drop(body, new ProblemError('validation_failed', 'The body comes in too many pieces.'));
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
      this.bytes -= body.bytes;
      body.bytes = 0;
    });
  }

  private makeRoom(): void {
    while (this.bytes > this.limit) {
      const [oldest] = this.heaviest() ?? [];
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
    this.bytes -= body.bytes;
    body.bytes = 0;
    body.request.emit('error', error);
  }

  /** The unfinished bodies of the address whose unfinished bodies take the most, oldest first. */
  private heaviest(): Set<Body> | undefined {
    let most = -1;
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
    const bodies = this.unfinished.get(body.address);
    bodies?.delete(body);
    if (bodies?.size === 0) this.unfinished.delete(body.address);
  }
}

/** Bounds the memory of bodies that are being read. */
export function boundBodies(
  instance: FastifyInstance,
  metrics: Metrics,
  poolOf: (request: FastifyRequest) => BodyPool,
): void {
  const pool = (name: BodyPool) =>
    new Pool(POOL_BYTES[name], () => {
      metrics.droppedBodies.inc({ pool: name });
    });
  const pools = { webhooks: pool('webhooks'), others: pool('others') };
  // The last hook before the parser, which must be the next one to listen: data begins to flow.
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (hasBody(request)) pools[poolOf(request)].track(request, reply);
    done(null, payload);
  });
}

/**
 * Lets a caller read an answer that came before the end of its body: closing at once, as Fastify asks for, would reset the connection
 * under the rest of the body. What still comes is thrown away, and after two seconds the connection ends.
 */
export function lingerAfterEarlyAnswers(instance: FastifyInstance, drain: Drain): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    const { raw } = request;
    const isTooSlow = reply.statusCode === 408;
    if (hasBody(request) && !raw.complete && !isTooSlow && !drain.isDraining) {
      void reply.removeHeader('connection');
      reply.raw.once('finish', () => {
        if (raw.complete) return;
        const end = () => raw.socket.destroy();
        let chunks = 0;
        raw.on('data', () => {
          if (++chunks > MOST_CHUNKS) end();
        });
        raw.resume();
        const timer = setTimeout(end, LINGER_MS);
        raw.once('close', () => {
          clearTimeout(timer);
        });
      });
    }
    done(null, payload);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
}
