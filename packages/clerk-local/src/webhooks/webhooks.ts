import { Webhook } from 'svix';
import { newId } from '../store/ids.ts';
import type { Delivery, Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';

/** Svix's schedule: the wait before each of the 8 attempts, about 27 h 35 min in total. */
export const SVIX_RETRY_DELAYS_MS: readonly number[] = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];
const ATTEMPT_TIMEOUT_MS = 15_000;
const MAX_IN_FLIGHT = 50;
const FINISHED_KEPT = 100;

export interface WebhookEvent {
  type: string;
  data: object;
  object?: string;
  timestamp?: number;
  instance_id?: string;
  event_attributes?: object;
  [key: string]: unknown;
}

export interface SvixHeaders {
  'svix-id': string;
  'svix-timestamp': string;
  'svix-signature': string;
}

export interface WebhookAnswer {
  status: number;
  body: string;
  headers: Headers;
}

export interface WebhookOptions {
  secret: string;
  url: string | null;
  retryDelaysMs: readonly number[];
  /** Called after every attempt, with a copy. */
  onDelivery?: (delivery: Delivery) => void;
}

/** Clerk's events, signed and delivered like Svix: at least once, in any order, retried on a schedule. */
export class Webhooks {
  readonly #store: Store;
  readonly #secret: string;
  readonly #retryDelaysMs: readonly number[];
  readonly #onDelivery: ((delivery: Delivery) => void) | undefined;
  readonly #inFlight = new Set<string>();
  readonly #closing = new AbortController();
  #url: string | null;
  #cancelTimer: () => void = () => undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(store: Store, options: WebhookOptions) {
    this.#store = store;
    this.#secret = options.secret;
    this.#url = options.url;
    this.#retryDelaysMs = options.retryDelaysMs;
    this.#onDelivery = options.onDelivery;
    store.onEvent((type, data) => {
      this.#emit(type, data);
    });
    this.#pump();
  }

  /** Oldest first. */
  all(): Delivery[] {
    return this.#store.messages.all();
  }

  /** `null` pauses: pending deliveries wait for the next URL, new events are recorded as unsent. */
  setUrl(url: string | null): void {
    this.#url = url;
    this.#pump();
  }

  /** Restarts the schedule of a recorded delivery, with the same id. False: unknown id. */
  resend(svixId: string): boolean {
    if (!this.#store.messages.find(svixId)) return false;
    this.#store.messages.change(svixId, (message) => {
      Object.assign(message, { state: 'pending', tries: 0, nextAttemptAt: this.#store.now() });
    });
    this.#pump();
    return true;
  }

  /** Signs and sends any event once, without a record. Rejects when there is no answer. */
  async deliverOnce(event: WebhookEvent, svixId: string = newId('msg')): Promise<WebhookAnswer> {
    if (this.#url === null) throw new Error('no webhook URL is set');
    return this.#post(this.#url, svixId, JSON.stringify(this.#envelope(event)));
  }

  sign(
    body: string | Buffer,
    options: { svixId?: string; timestamp?: Date; secret?: string } = {},
  ): SvixHeaders {
    const { svixId = newId('msg'), secret = this.#secret } = options;
    const timestamp = options.timestamp ?? new Date(this.#store.now());
    return {
      'svix-id': svixId,
      'svix-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign(svixId, timestamp, body),
    };
  }

  /** Resolves when nothing is in flight or due now; later retries do not count. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Aborts attempts under way; they stay pending. */
  close(): void {
    this.#closing.abort();
    this.#pump();
  }

  /** Queues an event and returns at once. */
  #emit(type: string, data: object): void {
    const now = this.#store.now();
    const svixId = this.#store.newId('msg');
    this.#store.messages.put({
      id: svixId,
      svixId,
      type,
      body: JSON.stringify(this.#envelope({ type, data })),
      createdAt: now,
      state: this.#url === null ? 'unsent' : 'pending',
      attempts: [],
      tries: 0,
      nextAttemptAt: now + (this.#retryDelaysMs[0] ?? 0),
    });
    this.#dropOldFinished();
    this.#pump();
  }

  #envelope(event: WebhookEvent): object {
    return {
      object: 'event',
      timestamp: this.#store.now(),
      instance_id: this.#store.instanceId,
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'clerk-local' } },
      ...event,
    };
  }

  // The one place that starts attempts: sends what is due, then waits for the next retry.
  #pump(): void {
    this.#cancelTimer();
    if (this.#url !== null && !this.#closing.signal.aborted) {
      let nextAttemptAt = Infinity;
      for (const message of this.#pending()) {
        if (message.nextAttemptAt > this.#store.now())
          nextAttemptAt = Math.min(nextAttemptAt, message.nextAttemptAt);
        else if (this.#inFlight.size < MAX_IN_FLIGHT) void this.#attempt(message, this.#url);
      }
      if (nextAttemptAt < Infinity) {
        this.#cancelTimer = this.#store.clock.at(nextAttemptAt, () => {
          this.#pump();
        });
      }
    }
    if (this.#isIdle()) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  async #attempt({ svixId, body }: Message, url: string): Promise<void> {
    this.#inFlight.add(svixId);
    const at = this.#store.now();
    let status: number | null = null;
    let error: string | undefined;
    let isDeclined = false;
    try {
      // An event is sent only once it would survive a crash.
      await this.#store.commit();
      const answer = await this.#post(url, svixId, body);
      status = answer.status;
      isDeclined = answer.headers.get('webhook-delivery') === 'abort-message';
    } catch (cause) {
      error = describe(cause);
    }
    this.#inFlight.delete(svixId);
    // Aborted by close(): it stays due for the next start.
    if (!this.#closing.signal.aborted) {
      const settled = this.#store.messages.change(svixId, (message) => {
        message.attempts.push({ at, status, ...(error === undefined ? {} : { error }) });
        this.#settle(message, status, isDeclined);
      });
      this.#dropOldFinished();
      this.#save();
      this.#onDelivery?.(structuredClone(settled));
    }
    this.#pump();
  }

  #settle(message: Message, status: number | null, isDeclined: boolean): void {
    message.tries += 1;
    const delay = this.#retryDelaysMs[message.tries];
    if (status !== null && status >= 200 && status < 300) message.state = 'delivered';
    else if (isDeclined || delay === undefined) message.state = 'failed';
    else message.nextAttemptAt = this.#store.now() + delay;
  }

  #save(): void {
    this.#store.commit().catch((error: unknown) => {
      process.emitWarning(`local Clerk: the state could not be saved: ${String(error)}`);
    });
  }

  async #post(url: string, svixId: string, body: string): Promise<WebhookAnswer> {
    const response = await fetch(url, {
      method: 'POST',
      // To Svix a redirect is a failure.
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Svix-Webhooks/1.0 (clerk-local)',
        ...this.sign(body, { svixId }),
      },
      body,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  #pending(): Message[] {
    return this.#store.messages
      .all()
      .filter(({ state, svixId }) => state === 'pending' && !this.#inFlight.has(svixId));
  }

  #isIdle(): boolean {
    if (this.#inFlight.size > 0) return false;
    if (this.#url === null || this.#closing.signal.aborted) return true;
    return this.#pending().every((message) => message.nextAttemptAt > this.#store.now());
  }

  #dropOldFinished(): void {
    const finished = this.#store.messages.all().filter(({ state }) => state !== 'pending');
    for (const { id } of finished.slice(0, -FINISHED_KEPT)) this.#store.messages.delete(id);
  }
}

// The message of fetch is "fetch failed"; the reason (ECONNREFUSED …) is in its cause.
function describe(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return [message, cause?.message].filter((text) => text !== undefined).join(': ');
}
