import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REFUSAL_REASONS } from '../refused-token.js';
import { withTimeout } from '../with-timeout.js';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Most deliveries are seconds old. Buckets reach 36 h, Svix's last retry. */
const AGE_SECONDS = [1, 5, 15, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 36 * 3600];
const MS_PER_SECOND = 1000;
/** Prometheus waits ten seconds for all metrics. */
const GAUGE_DEADLINE_MS = 2000;

/** Label values that start at 0; others appear with their first occurrence. */
const EXPECTED_FAULTS = [
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoWaitQueueTimeoutError',
  'WriteConflict',
  'Unauthorized',
  'AuthenticationFailed',
  'AtlasError',
  'OutOfDiskSpace',
];

/** The metrics of this instance. Names and labels are public: dashboards and alerts in `deploy/` use them. */
@Injectable()
export class Metrics {
  /** One per app, not per process. */
  private readonly registry = new Registry();
  private readonly registers = [this.registry];

  readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of the headers to the last byte of the answer, by route pattern. Status aborted: the caller closed the connection.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  readonly clerkRequests = new Histogram({
    name: 'clerk_request_duration_seconds',
    help: "Attempts to call Clerk's Backend API. invalid: 422 for a value; refused: for the key; unavailable: no answer, 429 or 5xx.",
    labelNames: ['operation', 'outcome'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  readonly unknownFaults = this.counter('unknown_faults_total', 'Requests answered with 500.');
  readonly unhandledRejections = this.counter(
    'unhandled_rejections_total',
    'Rejected promises without a handler: each is a defect; the process continues.',
  );
  private readonly backgroundRuns = new Counter({
    name: 'background_runs_total',
    help: 'Runs of each background task of this instance.',
    labelNames: ['task', 'outcome'] as const,
    registers: this.registers,
  });
  private readonly backgroundAge = new Gauge({
    name: 'background_last_success_age_seconds',
    help: 'Time since a run of the task last succeeded on this instance, or since the task began. By a monotonic clock.',
    labelNames: ['task'] as const,
    registers: this.registers,
    collect: () => {
      for (const [task, at] of this.succeededAt)
        this.backgroundAge.set({ task }, (performance.now() - at) / MS_PER_SECOND);
    },
  });
  private readonly backgroundInterval = new Gauge({
    name: 'background_interval_seconds',
    help: 'The pause between two runs of the task.',
    labelNames: ['task'] as const,
    registers: this.registers,
  });
  /** By `performance.now()`, for each background task. */
  private readonly succeededAt = new Map<string, number>();
  readonly mongoFaults = this.counterBy<'cause', string>(
    'mongodb_faults_total',
    "Requests answered with 500 or 503 because of MongoDB, by the error's name in MongoDB or the driver.",
    'cause',
    EXPECTED_FAULTS,
  );
  readonly tokenCacheLookups = this.counterBy(
    'token_cache_lookups_total',
    'Lookups of verified tokens in the cache.',
    'result',
    ['hit', 'miss'],
  );
  readonly tokensRefused = this.counterBy(
    'tokens_refused_total',
    'Session tokens answered with 401, by reason. The log line of each request has details.',
    'reason',
    REFUSAL_REASONS,
  );
  readonly userSyncs = this.counterBy(
    'user_syncs_total',
    'First requests. created: a user; deleted: the account was deleted or is unknown to Clerk; failed: the user can never be saved; unreadable: the account cannot be read; unavailable: MongoDB or Clerk is away.',
    'outcome',
    ['created', 'deleted', 'failed', 'unreadable', 'unavailable'],
  );
  readonly userRollbacks = this.counterBy(
    'user_rollbacks_total',
    'Accounts whose user can never be saved: deleted in Clerk, kept, or beyond the hourly limit.',
    'outcome',
    ['deleted', 'kept', 'limited'],
  );
  readonly reconciliations = this.counterBy(
    'reconciliations_total',
    'Scheduled reconciliations. stopped: too many losses; failed: will be repeated.',
    'outcome',
    ['completed', 'stopped', 'failed'],
  );
  readonly deletionLeftovers = this.counter(
    'deletion_leftovers_total',
    'Collections that still referred to a deleted user when its deletion was verified.',
  );
  readonly webhookDeliveries = new Counter({
    name: 'webhook_deliveries_total',
    help: 'Deliveries by type and outcome. refused: not signed by Clerk; malformed: signed, but not an event; dismissed: a dead letter that an admin dismissed.',
    labelNames: ['type', 'outcome'] as const,
    registers: this.registers,
  });
  readonly webhookAge = new Histogram({
    name: 'webhook_delivery_age_seconds',
    help: 'Time from the event to its committed effect.',
    labelNames: ['type'] as const,
    buckets: AGE_SECONDS,
    registers: this.registers,
  });
  readonly counterChecks = this.counter(
    'counter_checks_total',
    'Users whose follower counters were compared with their edges.',
  );
  readonly counterDrift = this.counter(
    'counter_drift_total',
    'Users whose follower counters did not agree with their edges.',
  );
  readonly rateLimited = this.counterBy(
    'rate_limited_total',
    'Requests answered with 429, by budget.',
    'scope',
    ['address', 'refused', 'subject', 'expensive', 'writes', 'delivery'],
  );
  readonly rateLimitFallbacks = this.counter(
    'rate_limit_fallbacks_total',
    'Limits counted in memory because Redis was away.',
  );

  readonly droppedBodies = this.counterBy(
    'dropped_bodies_total',
    'Unfinished bodies answered with 503 because the bodies being read, of webhooks or of all other routes, took too much memory.',
    'pool',
    ['webhooks', 'others'],
  );
  readonly resetConnections = this.counter(
    'reset_connections_total',
    'Requests ended without an answer because the caller had reset the connection before its address was read.',
  );

  /** Sets `app_info`: the release of this instance. */
  setBuildInfo({ version, commit }: { version: string; commit: string }): void {
    const help = 'Always 1: the version and the commit that this instance was built from.';
    new Gauge({ name: 'app_info', help, labelNames: ['version', 'commit'], registers: this.registers }).set(
      { version, commit },
      1,
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly onResponse = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    this.observe(request, reply, reply.statusCode);
    done();
  };

  /** Starts the counters of deliveries of this type at 0. */
  expectDeliveries(type: string, outcomes: readonly string[]): void {
    for (const outcome of outcomes) this.webhookDeliveries.inc({ type, outcome }, 0);
  }

  /** Starts the counters of calls of Clerk at 0. */
  expectClerkRequests(operations: readonly string[], outcomes: readonly string[]): void {
    for (const operation of operations)
      for (const outcome of outcomes) this.clerkRequests.zero({ operation, outcome });
  }

  /** Starts the counters of runs of a background task at 0. */
  expectRuns(task: string, everyMs: number): void {
    for (const outcome of ['succeeded', 'failed']) this.backgroundRuns.inc({ task, outcome }, 0);
    this.backgroundInterval.set({ task }, everyMs / MS_PER_SECOND);
    this.succeededAt.set(task, performance.now());
  }

  countRun(task: string, outcome: 'succeeded' | 'failed'): void {
    this.backgroundRuns.inc({ task, outcome });
    if (outcome === 'succeeded') this.succeededAt.set(task, performance.now());
  }

  /**
   * Counts a request whose caller closed the connection before the answer was sent; it has no `onResponse`.
   */
  countAborted(request: FastifyRequest, reply: FastifyReply): void {
    this.observe(request, reply, 'aborted');
  }

  /**
   * A number that its owner reads at each scrape. One that can't be read is left out and does not delay
   * the other metrics for longer than `GAUGE_DEADLINE_MS`.
   * @param read the value, or one for each value of `label`
   */
  gauge(
    options: { name: string; help: string; label?: string },
    read: () => number | Record<string, number> | Promise<number | Record<string, number>>,
  ): void {
    const { name, help, label } = options;
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: this.registers,
      collect: async () => {
        gauge.reset();
        try {
          const found = await withTimeout(Promise.resolve(read()), GAUGE_DEADLINE_MS);
          if (typeof found === 'number') gauge.set(found);
          else for (const [value, count] of Object.entries(found)) gauge.set({ [label ?? '']: value }, count);
        } catch {
          // A gauge with labels is empty after the reset, one without would be 0.
          if (label === undefined) gauge.remove();
        }
      },
    });
  }

  /** Counts a request that could not be read, so it has no route. */
  countUnrouted(method: string, status: number): void {
    this.requests.observe({ method, route: 'none', status }, 0);
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: this.registers });
  }

  /** Starts each value at 0: Prometheus sees no increase in a series whose first sample is 1. */
  private counterBy<L extends string, V extends string>(
    name: string,
    help: string,
    label: L,
    values: readonly V[],
  ): { inc(labels: Record<L, V>): void } {
    const counter = new Counter({ name, help, labelNames: [label], registers: this.registers });
    for (const value of values) counter.inc({ [label]: value } as never, 0);
    return counter;
  }

  private observe(
    { method, routeOptions: { url: route = 'none' } }: FastifyRequest,
    { elapsedTime }: FastifyReply,
    status: number | 'aborted',
  ): void {
    this.requests.observe({ method, route, status }, elapsedTime / MS_PER_SECOND);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
