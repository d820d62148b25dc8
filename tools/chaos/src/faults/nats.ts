import { setTimeout } from 'node:timers/promises';
import { drawMs, NOTHING_THERE, seconds, type Fault } from './fault.js';

/** Milliseconds for which the server may be away. */
const AWAY_MS = [100, 6000] as const;

/** A NATS server that is gone and comes back with what it had on disk, or stands still. */
export const nats: Fault = {
  id: 'nats',
  summary: 'kill -9 of the NATS server, started again after some seconds; SIGSTOP for some seconds',
  targets: ['killed', 'stopped'],
  needs: () => ({ nats: true }),
  async inject({ nats: server }, target, random) {
    if (server === undefined) return NOTHING_THERE;
    const ms = drawMs(random, 0, AWAY_MS);
    if (target === 'killed') await server.kill();
    else server.pause();
    await setTimeout(ms);
    if (target === 'killed') await server.restart();
    else server.resume();
    return `NATS ${target} for ${seconds(ms)}`;
  },
};
