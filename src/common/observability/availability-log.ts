import type { Logger } from '@nestjs/common';

/** Logs when a service goes away and when it is back, once each. */
export class AvailabilityLog {
  private isAway = false;

  constructor(
    private readonly logger: Pick<Logger, 'log' | 'warn'>,
    private readonly messages: { readonly away: string; readonly back: string },
  ) {}

  /** Notes the outcome of a call. `error`: the service did not answer; undefined: it did. */
  note(error?: unknown): void {
    const isAway = error !== undefined;
    if (isAway && !this.isAway) this.logger.warn({ msg: this.messages.away, err: error });
    if (!isAway && this.isAway) this.logger.log({ msg: this.messages.back });
    this.isAway = isAway;
  }
}
