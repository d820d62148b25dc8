import type { RandomStream } from '@taskweave/common';

/** What a cluster consists of, beside one of each service. */
export interface ClusterShape {
  /** Whether messages go over a NATS server, rather than through files. */
  readonly nats: boolean;
  /** How many trainers share each step. */
  readonly trainers: number;
}

/** Share of the clusters with a NATS server, and with two trainers, among those whose faults need none. */
const [NATS_SHARE, TRAINERS_SHARE] = [0.25, 0.15];

/**
 * @param draw number of the first draw; there are two
 * @param needed by the faults that are to happen to it
 * @param most what there can be at most
 */
export function drawShape(
  random: RandomStream,
  draw: number,
  needed: Partial<ClusterShape>,
  most: ClusterShape,
): ClusterShape {
  return {
    nats: most.nats && random.uniform(draw) < NATS_SHARE,
    trainers: random.uniform(draw + 1) < TRAINERS_SHARE ? most.trainers : 1,
    ...needed,
  };
}

/** Whether a cluster that is nowhere above `most` can have what is needed. */
export function canHave(most: ClusterShape, { nats = false, trainers = 1 }: Partial<ClusterShape>): boolean {
  return (most.nats || !nats) && trainers <= most.trainers;
}

/** Arguments of the first `taskweave start` of a cluster; they are part of what it goes on with. */
export function firstArguments({ trainers }: ClusterShape): string[] {
  return [`--trainers=${trainers}`];
}

/** For the report. */
export function describeShape({ nats, trainers }: ClusterShape): string {
  return `${nats ? 'nats' : 'files'}, ${trainers} trainer${trainers > 1 ? 's' : ''}`;
}
