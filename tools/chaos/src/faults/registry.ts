import { clock } from './clock.js';
import { damage } from './damage.js';
import type { Fault } from './fault.js';
import { fullDisk } from './full-disk.js';
import { kill } from './kill.js';
import { latency } from './latency.js';
import { loss } from './loss.js';
import { nats } from './nats.js';
import { partition } from './partition.js';
import { suspend } from './suspend.js';

/** All faults; the schedule draws from them evenly. */
export const FAULTS: readonly Fault[] = [
  kill,
  suspend,
  damage,
  fullDisk,
  nats,
  partition,
  latency,
  loss,
  clock,
];
