import type { RandomStream } from '@taskweave/common';

/** What a cluster consists of, beside one of each service. */
export interface ClusterShape {
  /** Whether messages go over a NATS server, rather than through files. */
  readonly nats: boolean;
}

/** Share of the clusters with a NATS server among those whose faults need none. */
const NATS_SHARE = 0.25;

/**
 * @param needsNats whether a fault of it is one of the server
 * @param nats whether there can be one
 */
export function drawShape(
  random: RandomStream,
  draw: number,
  { needsNats, nats }: { needsNats: boolean; nats: boolean },
): ClusterShape {
  return { nats: nats && (needsNats || random.uniform(draw) < NATS_SHARE) };
}

/** Arguments of `taskweave start` for it, also when it is started again. */
export function shapeArguments(_shape: ClusterShape): string[] {
  return ['--processes'];
}

/** For the report. */
export function describeShape({ nats }: ClusterShape): string {
  return nats ? 'nats' : 'files';
}
