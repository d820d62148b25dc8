import { readNatsContents } from '@taskweave/messaging/testing/nats-contents';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOfLog, eventsOfMessages } from './lasting-events.js';

const EVENTS = 'taskweave_events';
const STATE = 'KV_taskweave_state';

/**
 * What should not be so on the server of a completed run: events that are missing, there twice or in another order than in
 * the run's folder, jobs, scores and queues that are left.
 */
export async function brokenOnNats(url: string, folder: string): Promise<string[]> {
  const { streams } = await readNatsContents(url);
  const broken: string[] = [];
  const own = eventsOfLog(await readFile(join(folder, 'messages', 'events.log'), 'utf8'));
  const there = eventsOfMessages(streams[EVENTS] ?? []);
  if (there.join() !== own.join()) {
    const lost = own.filter((event) => !there.includes(event));
    const doubled = there.filter((event, i) => there.indexOf(event) !== i);
    const what = [`lost: ${lost.join(', ') || 'none'}`, `doubled: ${doubled.join(', ') || 'none'}`];
    broken.push(`events on NATS are not those of the run; ${what.join('; ')}`);
  }
  const queues = Object.keys(streams).filter((name) => name !== EVENTS && name !== STATE);
  if (queues.length > 0) broken.push(`left on NATS: ${queues.join(', ')}`);
  // A key that was deleted leaves an empty message.
  const keys = (streams[STATE] ?? []).filter(({ text }) => text !== '').map(({ subject }) => subject);
  if (keys.length > 0) broken.push(`left on NATS: ${keys.join(', ')}`);
  return broken;
}
