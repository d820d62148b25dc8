import { setTimeout } from 'node:timers/promises';
import { drawMs, seconds, type Fault } from './fault.js';
import { endsOf, LINKS, needsOfLink } from './links.js';

const SLOW_MS = [1000, 6000] as const;
/** Milliseconds one way, beyond those of loopback. */
const DELAY_MS = [5, 150] as const;

/** A long way between two, of changing length. */
export const latency: Fault = {
  id: 'latency',
  summary: 'data between two comes later for some seconds',
  targets: LINKS,
  needs: needsOfLink,
  async inject({ network }, target, random) {
    const ms = drawMs(random, 0, SLOW_MS);
    const delay = drawMs(random, 1, DELAY_MS);
    const end = network.impair({ ends: endsOf(target), delayMs: [delay, 2 * delay] });
    await setTimeout(ms);
    end();
    return `${target} ${delay}..${2 * delay} ms late for ${seconds(ms)}`;
  },
};
