import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REFUSAL_REASONS } from '../refused-token.js';
import { withTimeout } from '../with-timeout.js';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Deliveries come after seconds; what was retried for a day and a half is the last chance. */
const AGE_SECONDS = [1, 5, 15, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 36 * 3600];
const MS_PER_SECOND = 1000;
/** Prometheus waits ten seconds for all of it. */
const GAUGE_DEADLINE_MS = 2000;

/** Others come with their first occurrence. */
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

/** What an instance tells Prometheus. Names and labels are public: dashboards and alerts in `deploy/` use them. */
@Injectable()
export class Metrics {
  /** Of one app, not of the process. */
  private readonly registry = new Registry();
  private readonly registers = [this.registry];

  readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the first byte of the headers to the last of the answer, by route pattern. Status `aborted`: the caller hung up.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  readonly clerkRequests = new Histogram({
    name: 'clerk_request_duration_seconds',
    help: "Calls of Clerk's Backend API, each attempt. invalid: a value in it, 422; refused: our key; unavailable: no answer, 429 or 5xx.",
    labelNames: ['operation', 'outcome'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  readonly unknownFaults = this.counter('unknown_faults_total', 'Requests answered with 500.');
  readonly unhandledRejections = this.counter(
    'unhandled_rejections_total',
    'Promises that failed without anything that waits for them: each is a defect, and the process goes on.',
  );
  private readonly backgroundRuns = new Counter({
    name: 'background_runs_total',
    help: 'Runs of each background task of this instance.',
    labelNames: ['task', 'outcome'] as const,
    registers: this.registers,
  });
  private readonly backgroundAge = new Gauge({
    name: 'background_last_success_age_seconds',
    help: 'Since a run of the task last succeeded on this instance, or since the task began. Steps of the clock do not change it.',
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
    "Requests answered with 500 or 503 because of MongoDB, by MongoDB's name of the error, or the driver's.",
    'cause',
    EXPECTED_FAULTS,
  );
  readonly tokenCacheLookups = this.counterBy(
    'token_cache_lookups_total',
    'Whether a token was proven before (hit) or not.',
    'result',
    ['hit', 'miss'],
  );
  readonly tokensRefused = this.counterBy(
    'tokens_refused_total',
    'Session tokens answered with 401, by what was wrong with them. The log line of each request says more.',
    'reason',
    REFUSAL_REASONS,
  );
  readonly userSyncs = this.counterBy(
    'user_syncs_total',
    'First requests: the user created, its account deleted or unknown to Clerk, never to be saved (failed), not to be read as Clerk tells it (unreadable), or MongoDB or Clerk away (unavailable).',
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
    'Scheduled reconciliations: completed, stopped before too many losses, or failed and to be repeated.',
    'outcome',
    ['completed', 'stopped', 'failed'],
  );
  readonly deletionLeftovers = this.counter(
    'deletion_leftovers_total',
    'Collections that still referred to a deleted user when its deletion was verified.',
  );
  readonly webhookDeliveries = new Counter({
    name: 'webhook_deliveries_total',
    help: 'Deliveries by type and what became of them. refused: not signed by Clerk; malformed: signed, but no event; dismissed: a dead letter that an admin gave up.',
    labelNames: ['type', 'outcome'] as const,
    registers: this.registers,
  });
  readonly webhookAge = new Histogram({
    name: 'webhook_delivery_age_seconds',
    help: 'From the event to its committed effect.',
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
    'Requests turned away with 429, by what was counted.',
    'scope',
    ['address', 'refused', 'subject', 'expensive', 'writes', 'delivery'],
  );
  readonly rateLimitFallbacks = this.counter(
    'rate_limit_fallbacks_total',
    'Limits counted in memory because Redis was away.',
  );

  readonly droppedBodies = this.counterBy(
    'dropped_bodies_total',
    'Unfinished bodies answered with 503 because bodies under way, of webhooks or of all other routes, took too much memory.',
    'pool',
    ['webhooks', 'others'],
  );
  readonly resetConnections = this.counter(
    'reset_connections_total',
    'Requests whose caller had reset the connection before its address was read: ended without an answer.',
  );

  /** Says which release this instance is. */
  tellBuild({ version, commit }: { version: string; commit: string }): void {
    const help = 'Always 1: the version and the commit that this instance was built from.';
    new Gauge({ name: 'app_info', help, labelNames: ['version', 'commit'], registers: this.registers }).set(
      { version, commit },
      1,
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Measures the process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** onResponse: measures the request. */
  readonly onResponse = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    this.observe(request, reply, reply.statusCode);
    done();
  };

  /** Deliveries of this type will be counted by these outcomes. */
  expectDeliveries(type: string, outcomes: readonly string[]): void {
    for (const outcome of outcomes) this.webhookDeliveries.inc({ type, outcome }, 0);
  }

  /** Calls of Clerk will be counted by these operations and outcomes. */
  expectClerkRequests(operations: readonly string[], outcomes: readonly string[]): void {
    for (const operation of operations)
      for (const outcome of outcomes) this.clerkRequests.zero({ operation, outcome });
  }

  /** Runs of this background task will be counted. */
  expectRuns(task: string, everyMs: number): void {
    for (const outcome of ['succeeded', 'failed']) this.backgroundRuns.inc({ task, outcome }, 0);
    this.backgroundInterval.set({ task }, everyMs / MS_PER_SECOND);
    this.succeededAt.set(task, performance.now());
  }

  countRun(task: string, outcome: 'succeeded' | 'failed'): void {
    this.backgroundRuns.inc({ task, outcome });
    if (outcome === 'succeeded') this.succeededAt.set(task, performance.now());
  }

  /** Counts a request whose caller hung up before the answer was out; `onResponse` never comes for it. */
  countAborted(request: FastifyRequest, reply: FastifyReply): void {
    this.observe(request, reply, 'aborted');
  }

  /**
   * A number that is looked up when somebody asks for it, by the service that owns it. What can't be had is left out, and
   * costs the other metrics nothing.
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
          // One with labels is empty already, and one without would be 0.
          if (label === undefined) gauge.remove();
        }
      },
    });
  }

  /** Counts what can't be read as a request for a route. */
  countUnrouted(method: string, status: number): void {
    this.requests.observe({ method, route: 'none', status }, 0);
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: this.registers });
  }

  /** Begins with a zero for each value: Prometheus sees no increase in a series whose first sample is 1. */
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

  /** All of it, in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
