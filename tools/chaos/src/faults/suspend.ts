import { setTimeout } from 'node:timers/promises';
import { SERVICES } from '../cluster.js';
import { NOTHING_THERE, type Fault } from './fault.js';

/** Milliseconds for which a process may stand still. */
const [SHORTEST, LONGEST] = [200, 4000];

/** A member that is half dead: its connections stand, and nothing comes over them for a while. */
export const suspend: Fault = {
  id: 'suspend',
  summary: 'SIGSTOP for some seconds',
  targets: SERVICES,
  async inject(cluster, target, random) {
    const ms = Math.round(SHORTEST + (LONGEST - SHORTEST) * random.uniform(0));
    if (!cluster.signal(target, 'SIGSTOP')) return NOTHING_THERE;
    try {
      await setTimeout(ms);
    } finally {
      cluster.signal(target, 'SIGCONT');
    }
    return `stopped ${target} for ${(ms / 1000).toFixed(1)} s`;
  },
};
