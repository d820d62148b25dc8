import { setTimeout } from 'node:timers/promises';
import { drawMs, seconds, type Fault } from './fault.js';
import { endsOf, LINKS, needsOfLink } from './links.js';

const CUT_MS = [200, 6000] as const;
/** Share of the partitions after which the network does not know the connections any more, as when a router was replaced. */
const RESET_SHARE = 0.5;

/** Two that cannot reach each other, while both reach all others. */
export const partition: Fault = {
  id: 'partition',
  summary: 'nothing passes between two for some seconds; then it does, or connections are broken',
  targets: LINKS,
  needs: needsOfLink,
  async inject({ network }, target, random) {
    const ms = drawMs(random, 0, CUT_MS);
    const ends = endsOf(target);
    const heal = network.impair({ ends, cut: true });
    try {
      await setTimeout(ms);
      const broken = random.uniform(1) < RESET_SHARE ? `, ${network.reset(ends)} connections broken` : '';
      return `${target} cut for ${seconds(ms)}${broken}`;
    } finally {
      heal();
    }
  },
};
