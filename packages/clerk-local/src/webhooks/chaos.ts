import { z } from 'zod';
import type { Delivery } from '../store/messages.ts';
import { parse } from '../store/parse.ts';
import { seededRandom } from '../store/seeded-random.ts';

const rate = z.number().min(0).max(1).default(0);

export const chaosParameters = z.strictObject({
  /** The same seed makes the same choices for the same order of events. */
  seed: z.int(),
  /** Shares of the deliveries, 0 to 1. */
  duplicate: rate,
  delay: rate,
  reorder: rate,
  drop: rate,
  /** The longest delay, and how long a reordered delivery waits at most for a later one. */
  maxDelayMs: z.int().min(0).max(86_400_000).default(2000),
});

export type ChaosOptions = z.input<typeof chaosParameters>;
export type ChaosSettings = z.output<typeof chaosParameters>;

interface ChaosChoice {
  drop: boolean;
  duplicate: boolean;
  reorder: boolean;
  /** 0: not delayed. */
  delayMs: number;
}

type ChosenDelivery = Pick<Delivery, 'state' | 'chaos' | 'nextAttemptAt' | 'after'>;

/** Disturbs deliveries as Svix and networks do: by chance, here by a seed. */
export class Chaos {
  readonly settings: ChaosSettings;
  readonly #random: () => number;

  constructor(options: ChaosOptions) {
    this.settings = parse(chaosParameters, options);
    this.#random = seededRandom(this.settings.seed);
  }

  /** For the next delivery: always five numbers, so that one rate doesn't change another's choices. */
  next(): ChaosChoice {
    const { drop, duplicate, reorder, delay, maxDelayMs } = this.settings;
    const [dropped, duplicated, reordered, delayed, length] = Array.from({ length: 5 }, this.#random) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      drop: dropped < drop,
      duplicate: duplicated < duplicate,
      reorder: reordered < reorder,
      delayMs: delayed < delay ? 1 + Math.floor(length * maxDelayMs) : 0,
    };
  }
}

/**
 * A message's deliveries to one endpoint: one, or two for a duplicate. A reordered one waits until a later
 * one has been sent.
 * @param due ms since 1970, without chaos
 */
export function chosenDeliveries(chaos: Chaos, now: number, due: number): ChosenDelivery[] {
  const { drop, duplicate, reorder, delayMs } = chaos.next();
  if (drop) return [{ state: 'dropped', chaos: ['drop'], nextAttemptAt: due }];
  const first: ChosenDelivery = { state: 'pending', chaos: [], nextAttemptAt: due + delayMs };
  if (delayMs > 0) first.chaos.push('delay');
  if (reorder) {
    first.chaos.push('reorder');
    first.after = null;
    first.nextAttemptAt = Math.max(first.nextAttemptAt, now + chaos.settings.maxDelayMs);
  }
  const second: ChosenDelivery = { state: 'pending', chaos: ['duplicate'], nextAttemptAt: due + delayMs };
  return duplicate ? [first, second] : [first];
}
