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

it('keeps the newest steps of a long run, and everything else', async () => {
  const events = new RunEvents();
  const step = (number: number): RunEvent => ({ kind: 'step', step: number, line: {} as never });
  events.emit(warning(0));
  for (let number = 0; number < 25_000; number++) events.emit(step(number));
  events.close();
  const told = await steps(events, new AbortController().signal);
  expect(told.length).toBeGreaterThanOrEqual(10_001);
  expect(told.length).toBeLessThanOrEqual(11_002);
  expect(told[0]).toBe(0);
  expect(told.slice(-2)).toEqual([24_998, 24_999]);
  expect(told.slice(1)).toEqual([...told.slice(1)].sort((a, b) => a - b));
});
