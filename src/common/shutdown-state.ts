import { Injectable } from '@nestjs/common';

/**
 * Whether this instance is stopping: it still answers, but `/health/ready` is 503 and each answer ends
 * its connection.
 */
@Injectable()
export class ShutdownState {
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
