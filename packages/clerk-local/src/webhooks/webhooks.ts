import { Webhook } from 'svix';
import { newId } from '../store/ids.ts';

/** Svix's schedule: the wait before each of the 8 attempts, about 27 h 35 min in total. */
export const SVIX_RETRY_DELAYS_MS: readonly number[] = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];
const ATTEMPT_TIMEOUT_MS = 15_000;
const MAX_IN_FLIGHT = 50;
const FINISHED_KEPT = 100;

export interface Delivery {
  svixId: string;
  type: string;
  /** The JSON text: every attempt signs and sends the same bytes. */
  body: string;
  createdAt: number;
  /**
   * `unsent`: no endpoint at that time. `failed`: no attempts left, or the endpoint declined further ones.
   */
  state: 'pending' | 'delivered' | 'failed' | 'unsent';
  attempts: { at: number; status: number | null; error?: string }[];
  /** Attempts since the event or the last "resend"; the index of the next delay. */
  tries: number;
  nextAttemptAt: number;
}

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
  instanceId: string;
  secret: string;
  url: string | null;
  retryDelaysMs: readonly number[];
  deliveries: Delivery[];
  onChange: () => void;
  /** Called after every attempt, with a copy. */
  onDelivery?: (delivery: Delivery) => void;
}

/** Clerk's events, signed and delivered like Svix: at least once, in any order, retried on a schedule. */
export class Webhooks {
  readonly #instanceId: string;
  readonly #secret: string;
  readonly #retryDelaysMs: readonly number[];
  readonly #onChange: () => void;
  readonly #onDelivery: ((delivery: Delivery) => void) | undefined;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #inFlight = new Set<Delivery>();
  readonly #closing = new AbortController();
  #url: string | null;
  #timer: NodeJS.Timeout | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(options: WebhookOptions) {
    this.#instanceId = options.instanceId;
    this.#secret = options.secret;
    this.#url = options.url;
    this.#retryDelaysMs = options.retryDelaysMs;
    this.#onChange = options.onChange;
    this.#onDelivery = options.onDelivery;
    for (const delivery of options.deliveries) this.#deliveries.set(delivery.svixId, delivery);
    this.#pump();
  }

  /** Oldest first. */
  all(): Delivery[] {
    return [...this.#deliveries.values()];
  }

  /** `null` pauses: pending deliveries wait for the next URL, new events are recorded as unsent. */
  setUrl(url: string | null): void {
    this.#url = url;
    this.#pump();
  }

  /** Queues an event and returns at once. */
  emit(type: string, data: object): void {
    const now = Date.now();
    const delivery: Delivery = {
      svixId: newId('msg'),
      type,
      body: JSON.stringify(this.#envelope({ type, data })),
      createdAt: now,
      state: this.#url === null ? 'unsent' : 'pending',
      attempts: [],
      tries: 0,
      nextAttemptAt: now + (this.#retryDelaysMs[0] ?? 0),
    };
    this.#deliveries.set(delivery.svixId, delivery);
    this.#dropOldFinished();
    this.#pump();
  }

  /** Restarts the schedule of a recorded delivery, with the same id. False: unknown id. */
  resend(svixId: string): boolean {
    const delivery = this.#deliveries.get(svixId);
    if (!delivery) return false;
    Object.assign(delivery, { state: 'pending', tries: 0, nextAttemptAt: Date.now() });
    this.#onChange();
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
    const { svixId = newId('msg'), timestamp = new Date(), secret = this.#secret } = options;
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
    clearTimeout(this.#timer);
    this.#closing.abort();
    this.#pump();
  }

  #envelope(event: WebhookEvent): object {
    return {
      object: 'event',
      timestamp: Date.now(),
      instance_id: this.#instanceId,
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'clerk-local' } },
      ...event,
    };
  }

  // The one place that starts attempts: sends what is due, then sleeps until the next retry.
  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#url !== null && !this.#closing.signal.aborted) {
      let nextAttemptAt = Infinity;
      for (const delivery of this.#pending()) {
        if (delivery.nextAttemptAt > Date.now())
          nextAttemptAt = Math.min(nextAttemptAt, delivery.nextAttemptAt);
        else if (this.#inFlight.size < MAX_IN_FLIGHT) void this.#attempt(delivery, this.#url);
      }
      if (nextAttemptAt < Infinity) {
        this.#timer = setTimeout(() => {
          this.#pump();
        }, nextAttemptAt - Date.now());
      }
    }
    if (this.#isIdle()) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  async #attempt(delivery: Delivery, url: string): Promise<void> {
    this.#inFlight.add(delivery);
    const at = Date.now();
    let status: number | null = null;
    let error: string | undefined;
    let isDeclined = false;
    try {
      const answer = await this.#post(url, delivery.svixId, delivery.body);
      status = answer.status;
      isDeclined = answer.headers.get('webhook-delivery') === 'abort-message';
    } catch (cause) {
      error = describe(cause);
    }
    this.#inFlight.delete(delivery);
    // Aborted by close(): it stays due for the next start.
    if (!this.#closing.signal.aborted) {
      delivery.attempts.push({ at, status, ...(error === undefined ? {} : { error }) });
      this.#settle(delivery, status, isDeclined);
      this.#onChange();
      this.#onDelivery?.(structuredClone(delivery));
    }
    this.#pump();
  }

  #settle(delivery: Delivery, status: number | null, isDeclined: boolean): void {
    delivery.tries += 1;
    const delay = this.#retryDelaysMs[delivery.tries];
    if (status !== null && status >= 200 && status < 300) delivery.state = 'delivered';
    else if (isDeclined || delay === undefined) delivery.state = 'failed';
    else delivery.nextAttemptAt = Date.now() + delay;
    this.#dropOldFinished();
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

  #pending(): Delivery[] {
    return this.all().filter((delivery) => delivery.state === 'pending' && !this.#inFlight.has(delivery));
  }

  #isIdle(): boolean {
    if (this.#inFlight.size > 0) return false;
    if (this.#url === null || this.#closing.signal.aborted) return true;
    return this.#pending().every((delivery) => delivery.nextAttemptAt > Date.now());
  }

  #dropOldFinished(): void {
    const finished = this.all().filter((delivery) => delivery.state !== 'pending');
    for (const delivery of finished.slice(0, -FINISHED_KEPT)) this.#deliveries.delete(delivery.svixId);
  }
}

// The message of fetch is "fetch failed"; the reason (ECONNREFUSED …) is in its cause.
function describe(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return [message, cause?.message].filter((text) => text !== undefined).join(': ');
}
