import { setTimeout } from 'node:timers/promises';
import { drawMs, NOTHING_THERE, seconds, type Fault } from './fault.js';
import { needsOfProcess, PROCESSES } from './processes.js';

/** Milliseconds for which a process may stand still. */
const STOPPED_MS = [200, 4000] as const;

/** A member that is half dead: its connections stand, and nothing comes over them for a while. */
export const suspend: Fault = {
  id: 'suspend',
  summary: 'SIGSTOP for some seconds',
  targets: PROCESSES,
  needs: needsOfProcess,
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
