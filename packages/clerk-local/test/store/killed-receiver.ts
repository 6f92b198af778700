import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Event {
  type: string;
  data: { id: string; updated_at?: number; email_addresses?: { email_address: string }[] };
}

/** A webhook receiver that outlives the sender, and refuses every tenth event at first. */
export class KilledReceiver {
  /** What it has answered with 200, by `svix-id`. */
  readonly events = new Map<string, Event>();
  readonly #server: Server;

  constructor(random: () => number) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (random() < 0.1) {
          response.writeHead(503).end();
          return;
        }
        const event = JSON.parse(Buffer.concat(chunks).toString()) as Event;
        this.events.set(String(request.headers['svix-id']), event);
        response.writeHead(200).end();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The changes that events report, as `Writer.expectedEvents` names them. */
  keysOf(events: Iterable<Event>): Set<string> {
    const keys = new Set<string>();
    for (const { type, data } of events) {
      keys.add(`${type} ${data.id}`);
      keys.add(`${type} ${data.id} ${String(data.updated_at)}`);
      for (const { email_address: address } of data.email_addresses ?? []) keys.add(`${type} ${address}`);
    }
    return keys;
  }
}
