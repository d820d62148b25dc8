import { expect, it } from 'vitest';
import { RunEvents, type RunEvent } from './run-events.js';

const warning = (step: number): RunEvent => ({ kind: 'warning', step, message: 'w' });

async function steps(events: RunEvents, signal: AbortSignal): Promise<number[]> {
  const seen: number[] = [];
  for await (const { event } of events.watch(signal)) seen.push(event.step);
  return seen;
}

it('tells every watcher what was and what comes, until the run ends', async () => {
  const events = new RunEvents();
  const { signal } = new AbortController();
  events.emit(warning(0));
  const first = steps(events, signal);
  await new Promise((resolve) => setImmediate(resolve));
  events.emit(warning(1));
  const second = steps(events, signal);
  events.emit(warning(2));
  events.close();
  expect(await first).toEqual([0, 1, 2]);
  expect(await second).toEqual([0, 1, 2]);
  expect(await steps(events, signal)).toEqual([0, 1, 2]);
});

it('stops telling a watcher that goes away', async () => {
  const events = new RunEvents();
  const controller = new AbortController();
  const watching = steps(events, controller.signal);
  events.emit(warning(7));
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  expect(await watching).toEqual([7]);
});
