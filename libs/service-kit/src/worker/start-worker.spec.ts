import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkHealth } from '../health.js';
import { startTestServices } from '../testing/start-test-services.js';
import type { WaitingMethods } from '../testing/waiting-worker.js';
import { startWorker, type WorkerClient } from './start-worker.js';

let worker: WorkerClient<WaitingMethods>;
let shared: Int32Array<SharedArrayBuffer>;
beforeEach(() => {
  worker = startWorker<WaitingMethods>('@taskweave/service-kit/testing/waiting-worker');
  shared = new Int32Array(new SharedArrayBuffer(4));
});
afterEach(() => worker.stop());

function release(value: number): void {
  Atomics.store(shared, 0, value);
  Atomics.notify(shared, 0);
}

it('leaves this thread free to answer while a call blocks its own', async () => {
  const services = await startTestServices({});
  let ended = false;
  const call = worker.call('waitFor', shared).finally(() => (ended = true));
  // The call cannot end before it is released; were it made in this thread, no answer would come at all.
  for (let check = 0; check < 5; check++) {
    expect(await checkHealth(services.data.peer.address, { timeoutMs: 60_000 })).toBe('SERVING');
  }
  expect(ended).toBe(false);
  release(7);
  expect(await call).toBe(7);
  await services.stop();
});

it('makes calls in the order they were asked for', async () => {
  const order: string[] = [];
  const first = worker.call('waitFor', shared).then(() => order.push('first'));
  const second = worker.call('refuse', 'second').catch(() => order.push('second'));
  release(1);
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

it('throws what a method threw', async () => {
  await expect(worker.call('refuse', 'this')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'Refused.',
    found: 'this',
  });
});

it('fails calls under way and all later ones when its thread ends', async () => {
  const error = { code: 'INTERNAL', subject: '@taskweave/service-kit/testing/waiting-worker' };
  await expect(worker.call('die')).rejects.toMatchObject(error);
  await expect(worker.call('refuse', 'late')).rejects.toMatchObject(error);
});

it('waits for calls under way when it is stopped', async () => {
  const call = worker.call('waitFor', shared);
  const stopped = worker.stop();
  release(3);
  await stopped;
  expect(await call).toBe(3);
});
