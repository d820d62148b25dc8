import { NOTHING_THERE, type Fault } from './fault.js';
import { needsOfProcess, PROCESSES } from './processes.js';

/** A process gone from one moment to the next: out of memory, a node that loses power. */
export const kill: Fault = {
  id: 'kill',
  summary: 'kill -9 of a process',
  targets: PROCESSES,
  needs: needsOfProcess,
  inject(cluster, target) {
    return Promise.resolve(cluster.signal(target, 'SIGKILL') ? `killed ${target}` : NOTHING_THERE);
  },
};
