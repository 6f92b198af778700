import { causingRequest } from '../store/causing-request.ts';
import type { Fault } from '../store/faults.ts';
import { newId } from '../store/ids.ts';
import { DEFAULT_ENDPOINT_ID, type Delivery, type WebhookEndpoint } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import { activeSecrets, createEndpoint, updateEndpoint } from '../store/webhook-endpoints.ts';
import { type Outcome, type WebhookAnswer, type WebhookRequest, attempt, post } from './attempt.ts';
import { type Chaos, chosenDeliveries } from './chaos.ts';
import { type SvixHeaders, signatureHeaders } from './signature.ts';

const MAX_IN_FLIGHT_PER_ENDPOINT = 50;
const FINISHED_KEPT = 500;
const ATTEMPTS_KEPT = 50;

export interface WebhookEvent {
  type: string;
  data: object;
  object?: string;
  timestamp?: number;
  instance_id?: string;
  event_attributes?: object;
  [key: string]: unknown;
}

export interface WebhookOptions {
  /** Of the default endpoint, when it is created. */
  secret: string;
  /** Replaces the stored secret of the default endpoint. */
  fixedSecret?: string | undefined;
  /** Of the default endpoint. Null: as it is stored. */
  url: string | null;
  retryDelaysMs: readonly number[];
  /** The fault that an attempt of an event of this type meets. */
  fault: (type: string) => Fault | undefined;
  /** Called after every attempt, with a copy. */
  onDelivery?: (delivery: Delivery) => void;
}

export interface ReplayOptions {
  /** Created at or after this time, and before that time; ms since 1970. Default: all that are kept. */
  since?: number;
  until?: number;
  /** Default: all that are not disabled. */
  endpointId?: string;
  /** Default false: only what was not delivered. */
  all?: boolean;
}

type Message = Pick<Delivery, 'svixId' | 'type' | 'body' | 'createdAt'>;

/** Clerk's events, signed and delivered like Svix: at least once, in any order, retried on a schedule. */
export class Webhooks {
  /** Null: none. */
  chaos: Chaos | null = null;
  readonly #store: Store;
  readonly #options: WebhookOptions;
  /** The endpoint of each delivery that is being sent. */
  readonly #inFlight = new Map<string, string>();
  readonly #closing = new AbortController();
  #cancelTimer: () => void = () => undefined;
  #waiters: { isDone: () => boolean; resolve: () => void }[] = [];

  constructor(store: Store, options: WebhookOptions) {
    this.#store = store;
    this.#options = options;
    store.onEvent((type, data) => {
      this.emit({ type, data });
    });
    const { fixedSecret } = options;
    if (fixedSecret !== undefined && this.#default && this.secret !== fixedSecret) {
      store.webhookEndpoints.change(DEFAULT_ENDPOINT_ID, (endpoint) => {
        endpoint.secrets = [{ secret: fixedSecret, expiresAt: null }];
      });
    }
    if (options.url === null) this.wake();
    else this.setUrl(options.url);
  }

  /** The newest one of the default endpoint. */
  get secret(): string {
    return this.#default?.secrets[0]?.secret ?? this.#options.secret;
  }

  /** Oldest first. */
  all(): Delivery[] {
    return this.#store.deliveries.all();
  }

  /** Of the default endpoint. `null` pauses: its pending deliveries wait for the next URL. */
  setUrl(url: string | null): void {
    if (url === null) {
      if (this.#default) updateEndpoint(this.#store, DEFAULT_ENDPOINT_ID, { disabled: true });
    } else if (this.#default) {
      updateEndpoint(this.#store, DEFAULT_ENDPOINT_ID, { url, disabled: false });
    } else {
      createEndpoint(this.#store, { url, secret: this.#options.secret }, DEFAULT_ENDPOINT_ID);
    }
    this.wake();
  }

  /** Queues an event for the endpoints that want it, and returns its `svix-id` at once. */
  emit(event: WebhookEvent): string {
    const message = {
      svixId: this.#store.newId('msg'),
      type: event.type,
      body: JSON.stringify(this.#envelope(event)),
      createdAt: this.#store.now(),
    };
    const endpoints = this.#endpointsOf(message);
    for (const endpoint of endpoints) this.#queue(message, endpoint);
    if (endpoints.length === 0) this.#record(message, { endpointId: null, state: 'unsent' });
    this.#dropOldFinished();
    this.wake();
    return message.svixId;
  }

  /** Sends a recorded message to its endpoints again, with the same id. False: unknown id. */
  resend(svixId: string): boolean {
    const deliveries = this.#store.deliveries.where('svixId', svixId);
    this.#sendAgain(deliveries, { all: true });
    this.wake();
    return deliveries.length > 0;
  }

  /** Sends recorded messages again, without chaos. Returns the number of deliveries. @throws Clerk's 404 */
  replay(options: ReplayOptions = {}): number {
    const { since = -Infinity, until = Infinity } = options;
    const recorded = this.all().filter(({ createdAt }) => createdAt >= since && createdAt < until);
    const messages = Map.groupBy(recorded, ({ svixId }) => svixId);
    let count = 0;
    for (const deliveries of messages.values()) count += this.#sendAgain(deliveries, options);
    this.wake();
    return count;
  }

  /** Signs and sends any event once to the default endpoint, without a record. Rejects without an answer. */
  async deliverOnce(event: WebhookEvent, svixId: string = newId('msg')): Promise<WebhookAnswer> {
    const endpoint = this.#default;
    if (!endpoint || endpoint.disabled) throw new Error('no webhook URL is set');
    return post(this.#request(endpoint, svixId, JSON.stringify(this.#envelope(event))), this.#closing.signal);
  }

  /** By default with the secrets of the default endpoint. */
  sign(
    body: string | Buffer,
    options: { svixId?: string; timestamp?: Date; secret?: string } = {},
  ): SvixHeaders {
    const { svixId = newId('msg'), timestamp = new Date(this.#store.now()), secret } = options;
    const own = this.#default ? activeSecrets(this.#store, this.#default) : [this.#options.secret];
    return signatureHeaders(secret === undefined ? own : [secret], svixId, timestamp.getTime(), body);
  }

  /**
   * Resolves when nothing is in flight or due now. Later retries count only with `retries`; with a clock that
   * stands still, they must be advanced to.
   */
  idle({ retries = false }: { retries?: boolean } = {}): Promise<void> {
    const isDone = () => this.#isIdle(retries ? Infinity : this.#store.now());
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isDone, resolve }));
  }

  /** Aborts attempts under way; they stay pending. */
  close(): void {
    this.#closing.abort();
    this.wake();
  }

  /** The one place that starts attempts: sends what is due, then waits for the next time. */
  wake(): void {
    this.#cancelTimer();
    const now = this.#store.now();
    const inFlight = Map.groupBy(this.#inFlight.values(), (endpointId) => endpointId);
    let next = Infinity;
    for (const [delivery, endpoint] of this.#sendable()) {
      if (delivery.nextAttemptAt > now) {
        next = Math.min(next, delivery.nextAttemptAt);
        continue;
      }
      const sending = inFlight.get(endpoint.id) ?? [];
      if (sending.length >= MAX_IN_FLIGHT_PER_ENDPOINT) continue;
      inFlight.set(endpoint.id, [...sending, endpoint.id]);
      void this.#attempt(delivery, endpoint);
    }
    if (next < Infinity) {
      this.#cancelTimer = this.#store.clock.at(next, () => {
        this.wake();
      });
    }
    const done = this.#waiters.filter(({ isDone }) => isDone());
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }

  get #default(): WebhookEndpoint | undefined {
    return this.#store.webhookEndpoints.find(DEFAULT_ENDPOINT_ID);
  }

  #endpointsOf({ type }: { type: string }): WebhookEndpoint[] {
    return this.#store.webhookEndpoints
      .all()
      .filter(({ disabled, eventTypes }) => !disabled && (eventTypes?.includes(type) ?? true));
  }

  #delaysOf(endpoint: WebhookEndpoint): readonly number[] {
    return endpoint.retryDelaysMs ?? this.#options.retryDelaysMs;
  }

  #queue(message: Message, endpoint: WebhookEndpoint): void {
    const now = this.#store.now();
    const due = now + (this.#delaysOf(endpoint)[0] ?? 0);
    if (!this.chaos) {
      this.#record(message, { endpointId: endpoint.id, nextAttemptAt: due });
      return;
    }
    for (const chosen of chosenDeliveries(this.chaos, now, due)) {
      const delivery = this.#record(message, { endpointId: endpoint.id, ...chosen });
      if (chosen.state === 'dropped' || chosen.after === null || chosen.chaos.includes('duplicate')) continue;
      for (const { id, endpointId, after } of this.#store.deliveries.where('state', 'pending')) {
        if (endpointId !== endpoint.id || after !== null) continue;
        this.#store.deliveries.change(id, (reordered) => {
          reordered.after = delivery.id;
        });
      }
    }
  }

  #record(message: Message, more: Partial<Delivery>): Delivery {
    const { svixId, type, body, createdAt } = message;
    const now = this.#store.now();
    return this.#store.deliveries.put({
      id: this.#store.newId('dlv'),
      svixId,
      endpointId: null,
      type,
      body,
      createdAt,
      state: 'pending',
      attempts: [],
      tries: 0,
      nextAttemptAt: now,
      chaos: [],
      ...more,
    });
  }

  #sendAgain(recorded: Delivery[], { endpointId, all = false }: ReplayOptions): number {
    const [message] = recorded;
    if (!message) return 0;
    const endpoints =
      endpointId === undefined ? this.#endpointsOf(message) : [this.#store.webhookEndpoints.get(endpointId)];
    const deliveries = recorded.filter(({ chaos }) => !chaos.includes('duplicate'));
    let unsent = deliveries.find((delivery) => delivery.endpointId === null);
    let count = 0;
    for (const endpoint of endpoints) {
      const known = deliveries.find((delivery) => delivery.endpointId === endpoint.id) ?? unsent;
      if (known?.state === 'pending' || (known?.state === 'delivered' && !all)) continue;
      if (known === unsent) unsent = undefined;
      const { id } = known ?? this.#record(message, {});
      this.#store.deliveries.change(id, (delivery) => {
        delivery.endpointId = endpoint.id;
        delivery.state = 'pending';
        delivery.tries = 0;
        delivery.nextAttemptAt = this.#store.now();
        delete delivery.after;
      });
      count += 1;
    }
    return count;
  }

  #envelope(event: WebhookEvent): object {
    const request = causingRequest.getStore() ?? { client_ip: '127.0.0.1', user_agent: 'clerk-local' };
    return {
      object: 'event',
      timestamp: this.#store.now(),
      instance_id: this.#store.instanceId,
      event_attributes: { http_request: request },
      ...event,
    };
  }

  #request(endpoint: WebhookEndpoint, svixId: string, body: string): WebhookRequest {
    const secrets = activeSecrets(this.#store, endpoint);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/1.0 (clerk-local)',
      ...signatureHeaders(secrets, svixId, this.#store.now(), body),
    };
    return { url: endpoint.url, headers, body };
  }

  async #attempt(delivery: Delivery, endpoint: WebhookEndpoint): Promise<void> {
    this.#inFlight.set(delivery.id, endpoint.id);
    const at = this.#store.now();
    const request = this.#request(endpoint, delivery.svixId, delivery.body);
    // An event is sent only once it would survive a crash.
    const outcome = await this.#store.commit().then(
      () => attempt(request, this.#options.fault(delivery.type), this.#closing.signal),
      (error: unknown): Outcome => ({ durationMs: 0, status: null, error: String(error), answer: null }),
    );
    this.#inFlight.delete(delivery.id);
    // Aborted by close(), it stays due for the next start. Of a deleted endpoint, it may be gone.
    if (!this.#closing.signal.aborted && this.#store.deliveries.find(delivery.id)) {
      const settled = this.#store.deliveries.change(delivery.id, (draft) => {
        const { url, headers } = request;
        draft.attempts = [...draft.attempts, { at, url, requestHeaders: headers, ...outcome }];
        draft.attempts.splice(0, draft.attempts.length - ATTEMPTS_KEPT);
        this.#settle(draft, endpoint.id, outcome);
      });
      this.#releaseReordered(delivery.id);
      this.#dropOldFinished();
      this.#save();
      this.#options.onDelivery?.(structuredClone(settled));
    }
    this.wake();
  }

  #settle(delivery: Delivery, endpointId: string, { status, answer }: Outcome): void {
    // Its endpoint was deleted meanwhile.
    if (delivery.state !== 'pending') return;
    const endpoint = this.#store.webhookEndpoints.get(endpointId);
    const control = answer?.headers['webhook-delivery'];
    delivery.tries += 1;
    delete delivery.after;
    const delay = this.#delaysOf(endpoint)[delivery.tries];
    if (status !== null && status >= 200 && status < 300) delivery.state = 'delivered';
    else if (control === 'abort-message' || control === 'disable' || delay === undefined) {
      delivery.state = 'failed';
    } else delivery.nextAttemptAt = this.#store.now() + delay;
    if (control === 'disable') updateEndpoint(this.#store, endpointId, { disabled: true });
  }

  #releaseReordered(id: string): void {
    for (const reordered of this.#store.deliveries.where('state', 'pending')) {
      if (reordered.after !== id) continue;
      this.#store.deliveries.change(reordered.id, (draft) => {
        draft.nextAttemptAt = this.#store.now();
        delete draft.after;
      });
    }
  }

  #save(): void {
    this.#store.commit().catch((error: unknown) => {
      process.emitWarning(`local Clerk: the state could not be saved: ${String(error)}`);
    });
  }

  /** The pending deliveries that are not in flight, with their endpoints. */
  #sendable(): [Delivery, WebhookEndpoint][] {
    if (this.#closing.signal.aborted) return [];
    const enabled = new Map(
      this.#store.webhookEndpoints
        .all()
        .filter(({ disabled }) => !disabled)
        .map((endpoint) => [endpoint.id, endpoint]),
    );
    return this.#store.deliveries.where('state', 'pending').flatMap((delivery) => {
      const endpoint = enabled.get(delivery.endpointId ?? '');
      return endpoint && !this.#inFlight.has(delivery.id) ? [[delivery, endpoint]] : [];
    });
  }

  #isIdle(dueUntil: number): boolean {
    if (this.#inFlight.size > 0) return false;
    return this.#sendable().every(([{ nextAttemptAt }]) => nextAttemptAt > dueUntil);
  }

  #dropOldFinished(): void {
    const finished = this.all().filter(({ state }) => state !== 'pending');
    for (const { id } of finished.slice(0, -FINISHED_KEPT)) this.#store.deliveries.delete(id);
  }
}
