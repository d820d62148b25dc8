import { SERVICES } from '../cluster.js';
import { NOTHING_THERE, type Fault } from './fault.js';

/** A process gone from one moment to the next: out of memory, a node that loses power. */
export const kill: Fault = {
  id: 'kill',
  summary: 'kill -9 of a process',
  targets: SERVICES,
  needsNats: () => false,
  inject(cluster, target) {
    return Promise.resolve(cluster.signal(target, 'SIGKILL') ? `killed ${target}` : NOTHING_THERE);
  },
};
