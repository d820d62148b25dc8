import { setTimeout } from 'node:timers/promises';
import { SERVICES } from '../cluster.js';
import { drawMs, NOTHING_THERE, seconds, type Fault } from './fault.js';

/** Milliseconds for which a process may stand still. */
const STOPPED_MS = [200, 4000] as const;

/** A member that is half dead: its connections stand, and nothing comes over them for a while. */
export const suspend: Fault = {
  id: 'suspend',
  summary: 'SIGSTOP for some seconds',
  targets: SERVICES,
  needsNats: () => false,
  async inject(cluster, target, random) {
    const ms = drawMs(random, 0, STOPPED_MS);
    if (!cluster.signal(target, 'SIGSTOP')) return NOTHING_THERE;
    try {
      await setTimeout(ms);
    } finally {
      cluster.signal(target, 'SIGCONT');
    }
    return `stopped ${target} for ${seconds(ms)}`;
  },
};
