import { readNatsContents } from '@taskweave/messaging/testing/nats-contents';
import { differingEvents, eventsOfMessages, eventsOfRun } from './lasting-events.js';

const EVENTS = 'taskweave_events';
const STATE = 'KV_taskweave_state';

/**
 * What should not be so on the server of a completed run: events that are missing, there twice or in another order than in
 * the run's folder, jobs, scores and queues that are left.
 */
export async function brokenOnNats(url: string, folder: string): Promise<string[]> {
  const { streams } = await readNatsContents(url);
  const broken: string[] = [];
  const own = await eventsOfRun(folder);
  const there = eventsOfMessages(streams[EVENTS] ?? []);
  const differing = differingEvents(there, own);
  if (differing !== '') broken.push(`events on NATS are not those of the run; ${differing}`);
  else if (there.join() !== own.join())
    broken.push('events on NATS have another order than those of the run');
  const queues = Object.keys(streams).filter((name) => name !== EVENTS && name !== STATE);
  if (queues.length > 0) broken.push(`left on NATS: ${queues.join(', ')}`);
  // A key that was deleted leaves an empty message.
  const keys = (streams[STATE] ?? []).filter(({ text }) => text !== '').map(({ subject }) => subject);
  if (keys.length > 0) broken.push(`left on NATS: ${keys.join(', ')}`);
  return broken;
}
