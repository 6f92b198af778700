import { Injectable } from '@nestjs/common';

/**
 * Whether this instance is about to stop: it still answers, but says so in `/health/ready`, and ends each connection with the
 * answer.
 */
@Injectable()
export class Drain {
  private begun: number | undefined;

  get isDraining(): boolean {
    return this.begun !== undefined;
  }

  /** By `performance.now()`; infinite before. */
  get begunAt(): number {
    return this.begun ?? Infinity;
  }

  begin(): void {
    this.begun ??= performance.now();
  }
}
