import { SERVICES } from '../cluster.js';
import { NOTHING_THERE, seconds, type Fault } from './fault.js';

/** Milliseconds by which a clock may be wrong: a second to a day. */
const [SHORTEST, LONGEST] = [1000, 86_400_000];

/** A machine whose clock is put right, or wrong, while its process runs. */
export const clock: Fault = {
  id: 'clock',
  summary: 'the wall clock of a process jumps, forwards or back',
  targets: SERVICES,
  needs: () => ({}),
  inject({ network }, target, random) {
    const size = Math.round(SHORTEST * (LONGEST / SHORTEST) ** random.uniform(0));
    const ms = random.uniform(1) < 0.5 ? -size : size;
    const done = network.jumpClock(target, ms);
    return Promise.resolve(done ? `clock of ${target} ${ms > 0 ? '+' : ''}${seconds(ms)}` : NOTHING_THERE);
  },
};
