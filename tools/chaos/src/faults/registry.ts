import { damage } from './damage.js';
import type { Fault } from './fault.js';
import { fullDisk } from './full-disk.js';
import { kill } from './kill.js';
import { suspend } from './suspend.js';

/** All faults; the schedule draws from them evenly. */
export const FAULTS: readonly Fault[] = [kill, suspend, damage, fullDisk];
