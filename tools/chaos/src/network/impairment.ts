import type { RandomStream } from '@taskweave/common';

/** What is wrong with the network between two processes of a cluster, or between a service and NATS, both ways. */
export interface Impairment {
  /** Names of the two, in any order. */
  readonly ends: readonly [string, string];
  /** Nothing passes: bytes and the ends of connections wait until it is over, new connections too. */
  readonly cut?: boolean;
  /** Each piece of data arrives so many milliseconds later, at least and at most. */
  readonly delayMs?: readonly [number, number];
  /**
   * Share of the pieces that are lost. TCP sends what is lost again, so it comes later, with everything behind it: after
   * {@link RETRANSMISSION_MS}, and twice as long each further time.
   */
  readonly lossShare?: number;
}

/** The shortest time after which TCP repeats what was not confirmed, on Linux. */
const RETRANSMISSION_MS = 200;

/** Draws how much later a piece of data arrives, in milliseconds. @param index of the draw: another one each piece */
export function lateness(
  { delayMs: [least, most] = [0, 0], lossShare = 0 }: Impairment,
  random: RandomStream,
  index: number,
): number {
  let late = least + (most - least) * random.uniform(2 * index);
  // How often it is lost, from one draw: n times or more with probability share^n.
  let again = random.uniform(2 * index + 1);
  for (let wait = RETRANSMISSION_MS; again < lossShare; wait *= 2) {
    late += wait;
    again /= lossShare;
  }
  return late;
}
