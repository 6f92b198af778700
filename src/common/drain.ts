import { Injectable } from '@nestjs/common';

/**
 * Whether this instance is about to stop: it still answers, but says so in `/health/ready`, and ends each connection with the
 * answer.
 */
@Injectable()
export class Drain {
  private begun = false;

  get isDraining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
