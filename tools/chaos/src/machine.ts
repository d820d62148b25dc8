import { TaskweaveError } from '@taskweave/common';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { canHave, type ClusterShape } from './cluster-shape.js';
import { openDisk } from './disk.js';
import type { Fault } from './faults/fault.js';
import { FAULTS } from './faults/registry.js';

/** Faults that can be made on this machine. */
export interface PossibleFaults {
  readonly faults: readonly Fault[];
  /** What clusters can have at most. */
  readonly most: ClusterShape;
  /** What is left out, and why; for people. */
  readonly leftOut: readonly string[];
}

/** @param trainers of a cluster at most */
export async function possibleFaults(trainers: number): Promise<PossibleFaults> {
  const leftOut: string[] = [];
  const disk = await openDisk();
  await disk.remove();
  if (!disk.small) leftOut.push('full disks: that needs the right to mount a file system');
  let nats = true;
  try {
    await (await NatsServer.start()).stop();
  } catch (thrown) {
    nats = false;
    leftOut.push(`NATS: ${TaskweaveError.from(thrown).message}`);
  }
  const most = { nats, trainers };
  const faults = FAULTS.filter(({ id }) => disk.small || id !== 'full-disk')
    .map((fault) => ({
      ...fault,
      targets: fault.targets.filter((one) => canHave(most, fault.needs(one))),
    }))
    .filter(({ targets }) => targets.length > 0);
  return { faults, most, leftOut };
}
