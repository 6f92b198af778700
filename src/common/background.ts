import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Metrics } from './observability/metrics.js';
import { withTimeout } from './with-timeout.js';

/** The rest of the grace period is for requests. Another instance resumes unfinished work. */
const MAX_STOP_MS = 5000;

/** Background work. It stops at SIGTERM while requests are still served. */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Background.name);
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly stopped = new AbortController();
  private stopping: Promise<void> | undefined;
  /** By `performance.now()`. */
  private stopBy = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /** False in commands, which run no background work. */
  get isOn(): boolean {
    return this.config.background;
  }

  /** Aborted at SIGTERM. */
  get signal(): AbortSignal {
    return this.stopped.signal;
  }

  /**
   * Runs a task now and again `everyMs` after the end of each run, also of a failed one, which is
   * logged. The task checks its signal between steps and returns when it is aborted. Runs are counted
   * under the task's name, and an alert fires when none succeeds for a while.
   */
  repeat(
    { name, everyMs, logger }: { name: string; everyMs: number; logger: Logger },
    task: (signal: AbortSignal) => Promise<void>,
  ): void {
    if (!this.isOn) return;
    this.metrics.expectRuns(name, everyMs);
    let timer: NodeJS.Timeout | undefined;
    let running = Promise.resolve();
    const run = async () => {
      try {
        await task(this.signal);
        this.metrics.countRun(name, 'succeeded');
      } catch (error) {
        if (!this.signal.aborted) this.metrics.countRun(name, 'failed');
        logger.error({ msg: 'background task failed, will be repeated', task: name, err: error });
      }
      if (!this.signal.aborted) timer = setTimeout(next, everyMs).unref();
    };
    const next = () => {
      running = run();
    };
    next();
    this.atStop(() => {
      clearTimeout(timer);
      return running;
    });
  }

  /** Registers a function that ends other work at SIGTERM and resolves when it has ended. */
  atStop(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  /** Stops all background work; first call only. Never rejects. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const stopping = this.stop();
    await withTimeout(stopping, this.stopBy - performance.now()).catch(() => {
      this.logger.warn({ msg: 'background work did not stop in time, another instance resumes it' });
    });
  }

  private async stopAll(): Promise<void> {
    this.stopBy = performance.now() + MAX_STOP_MS;
    this.stopped.abort();
    const ends = await Promise.allSettled(this.stops.map((stop) => stop()));
    for (const end of ends) {
      if (end.status === 'rejected')
        this.logger.warn({ msg: 'background work failed while stopping', err: end.reason as unknown });
    }
  }
}
