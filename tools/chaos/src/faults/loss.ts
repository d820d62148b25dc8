import { setTimeout } from 'node:timers/promises';
import { drawMs, seconds, type Fault } from './fault.js';
import { endsOf, LINKS, needsOfLink } from './links.js';

const LOSSY_MS = [1000, 6000] as const;
const [LEAST, MOST] = [0.02, 0.3];

/** A bad line between two: data is lost and sent again, so it comes in bursts. */
export const loss: Fault = {
  id: 'loss',
  summary: 'data between two is lost and sent again for some seconds',
  targets: LINKS,
  needs: needsOfLink,
  async inject({ network }, target, random) {
    const ms = drawMs(random, 0, LOSSY_MS);
    const lossShare = LEAST + (MOST - LEAST) * random.uniform(1);
    const end = network.impair({ ends: endsOf(target), lossShare });
    await setTimeout(ms);
    end();
    return `${target} lost ${(100 * lossShare).toFixed(0)} % for ${seconds(ms)}`;
  },
};
