import { TaskweaveError } from '@taskweave/common';
import { EmbeddedMessaging, type WorkQueue } from '@taskweave/messaging';
import type { EvaluationLine } from '@taskweave/runs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVALUATION_QUEUE_OPTIONS, EvaluationQueue, type EvaluationWork } from './evaluation-queue.js';

let folder: string;
let messaging: EmbeddedMessaging;
let workQueue: WorkQueue;
let queue: EvaluationQueue;
let control: AbortController;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-evaluations-'));
  messaging = await EmbeddedMessaging.open(folder);
  workQueue = await messaging.queue('evaluations', EVALUATION_QUEUE_OPTIONS);
  control = new AbortController();
});
afterEach(async () => {
  await queue.close();
  await messaging.close();
  rmSync(folder, { recursive: true });
});

const scoresOf = (name: string): EvaluationLine['scores'] => ({
  discrete: { task: { metric: 'accuracy', value: name.length / 7, loss: 1, examples: 2 } },
});
const lost = () => new TaskweaveError({ code: 'SERVICE_UNAVAILABLE', message: 'It cannot be reached.' });

/** A queue whose evaluators work as `evaluate` says, and what came of it. */
function open(
  evaluators: readonly string[],
  evaluate: EvaluationWork['evaluate'],
  on: WorkQueue = workQueue,
) {
  const log = {
    recorded: new Map<number, EvaluationLine['scores'][]>(),
    lost: [] as string[],
    failures: [] as TaskweaveError[],
  };
  const work: EvaluationWork = {
    evaluators,
    key: (checkpoint) => `scores.${checkpoint}`,
    evaluate,
    record: async (step, scores) => {
      await new Promise((resolve) => setImmediate(resolve));
      log.recorded.set(step, [...(log.recorded.get(step) ?? []), scores]);
    },
    onLost: (evaluator) => log.lost.push(evaluator),
    onFailure: (error) => log.failures.push(error),
  };
  queue = new EvaluationQueue(on, messaging.state, 'run', work, control.signal);
  return log;
}

const steps = (count: number) => Array.from({ length: count }, (_, i) => i);

it('has one evaluator score one checkpoint after the other, and knows what is still needed', async () => {
  const order: string[] = [];
  const log = open(['a'], async (checkpoint) => {
    order.push(`begin ${checkpoint}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push(`end ${checkpoint}`);
    return scoresOf(checkpoint);
  });
  await Promise.all(['x', 'yy', 'zzz'].map((checkpoint, step) => queue.push(checkpoint, step)));
  expect([...queue.pending]).toEqual(['x', 'yy', 'zzz']);
  await queue.idle();
  expect(order).toEqual(['begin x', 'end x', 'begin yy', 'end yy', 'begin zzz', 'end zzz']);
  expect(queue.pending.size).toBe(0);
  expect([...log.recorded]).toEqual([
    [0, [scoresOf('x')]],
    [1, [scoresOf('yy')]],
    [2, [scoresOf('zzz')]],
  ]);
});

it('shares checkpoints out among evaluators, which work at the same time', async () => {
  const busy = new Set<string>();
  let together!: () => void;
  const both = new Promise<void>((resolve) => (together = resolve));
  const log = open(['a', 'b'], async (checkpoint, _, evaluator) => {
    busy.add(evaluator);
    if (busy.size === 2) together();
    await both;
    return scoresOf(checkpoint);
  });
  for (const step of steps(8)) await queue.push(`c${step}`, step);
  await queue.idle();
  expect([...log.recorded.keys()].sort()).toEqual(steps(8));
});

/** A queue that delivers every job twice: after it was done, as when an acknowledgement is lost, or while it is worked on. */
function twice(inner: WorkQueue, when: 'afterwards' | 'at once'): WorkQueue {
  return {
    publish: (job) => inner.publish(job),
    pull: async (options) => {
      const delivery = await inner.pull(options);
      if (delivery?.attempt !== 1) return delivery;
      if (when === 'at once') await delivery.nak();
      // The worker believes it has acknowledged.
      return { ...delivery, ack: () => delivery.nak().then(() => true) };
    },
    depth: () => inner.depth(),
    deadLetters: () => inner.deadLetters(),
  };
}

it.each(['afterwards', 'at once'] as const)(
  'records scores once though checkpoints are delivered a second time %s',
  async (when) => {
    let evaluations = 0;
    let ofFirst = 0;
    let together!: () => void;
    const both = new Promise<void>((resolve) => (together = resolve));
    const log = open(
      ['a', 'b', 'c'],
      async (checkpoint) => {
        evaluations++;
        if (checkpoint === 'c0' && ++ofFirst === 2) together();
        // Two work on it at the same time.
        if (checkpoint === 'c0' && when === 'at once') await both;
        return scoresOf(checkpoint);
      },
      twice(workQueue, when),
    );
    for (const step of steps(10)) await queue.push(`c${step}`, step);
    await queue.idle();
    while ((await workQueue.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([...log.recorded].sort(([a], [b]) => a - b)).toEqual(
      steps(10).map((step) => [step, [scoresOf(`c${step}`)]]),
    );
    if (when === 'afterwards') expect(evaluations).toBe(10);
    else expect(evaluations).toBeGreaterThan(10);
  },
);

it('takes scores that an earlier process stored, and drops the work it left behind', async () => {
  await workQueue.publish({ run: 'run', kind: 'checkpoint.ready', id: 'left-behind', data: null });
  await messaging.state.put('scores.known', scoresOf('known') as never);
  const asked: string[] = [];
  const log = open(['a'], (checkpoint) => {
    asked.push(checkpoint);
    return Promise.resolve(scoresOf(checkpoint));
  });
  await queue.push('known', 1);
  await queue.push('new', 2);
  await queue.idle();
  expect(asked).toEqual(['new']);
  expect(log.recorded.get(1)).toEqual([scoresOf('known')]);
  while ((await workQueue.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

it('makes the trainer wait while evaluators are far behind', async () => {
  const release: (() => void)[] = [];
  open(['a', 'b'], async (checkpoint) => {
    await new Promise<void>((resolve) => release.push(resolve));
    return scoresOf(checkpoint);
  });
  let pushed = 0;
  const pushing = (async () => {
    for (const step of steps(12)) {
      await queue.push(`c${step}`, step);
      pushed++;
    }
  })();
  while (release.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  // Four for each of the two; the ninth waits.
  while (pushed < 8) await new Promise((resolve) => setTimeout(resolve, 1));
  await messaging.state.put('a', 1);
  expect(pushed).toBe(8);
  expect(queue.pending.size).toBe(9);
  let released = 0;
  while (released < 12) {
    if (release.length > released) release[released++]!();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(queue.pending.size).toBeLessThanOrEqual(9);
  }
  await pushing;
  await queue.idle();
});

it('goes on with the other evaluators when one is lost', async () => {
  const log = open(['a', 'b'], (checkpoint, _, evaluator) =>
    evaluator === 'a' ? Promise.reject(lost()) : Promise.resolve(scoresOf(checkpoint)),
  );
  for (const step of steps(6)) await queue.push(`c${step}`, step);
  await queue.idle();
  expect([...log.recorded.keys()].sort()).toEqual(steps(6));
  expect(log.lost.length).toBeLessThanOrEqual(1);
  expect(log.failures).toEqual([]);
});

it('fails when the last evaluator is lost', async () => {
  const log = open(['a', 'b'], () => Promise.reject(lost()));
  await queue.push('c', 1);
  await expect(queue.idle()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(log.lost).toHaveLength(1);
  expect(log.failures).toHaveLength(1);
});

it('tries a checkpoint that ends evaluators three times and no more', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const log = open(names, (checkpoint) =>
    checkpoint === 'bad' ? Promise.reject(lost()) : Promise.resolve(scoresOf(checkpoint)),
  );
  await queue.push('bad', 1);
  await expect(queue.idle()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(log.lost).toHaveLength(2);
  await queue.close();
  expect(await workQueue.deadLetters()).toMatchObject([{ data: { folder: 'bad' } }]);
});

it('leaves out what follows a failure', async () => {
  const begun: string[] = [];
  const log = open(['a'], (checkpoint) => {
    begun.push(checkpoint);
    return Promise.reject(new Error(checkpoint));
  });
  await Promise.all([queue.push('x', 0), queue.push('y', 1)]);
  await expect(queue.idle()).rejects.toThrow('x');
  await expect(queue.push('z', 2)).rejects.toThrow('x');
  expect(begun).toEqual(['x']);
  expect(log.failures.map(({ message }) => message)).toEqual(['x']);
  expect([...queue.pending]).toEqual(['x', 'y']);
});

it('ends all waits when the run is aborted', async () => {
  open(['a'], () => new Promise(() => undefined));
  const waits = steps(6).map((step) => queue.push(`c${step}`, step));
  const idle = queue.idle();
  const outcomes = Promise.allSettled([...waits, idle]);
  control.abort();
  const rejected = (await outcomes).filter(({ status }) => status === 'rejected');
  expect(rejected).toHaveLength(3);
  expect(rejected[0]).toMatchObject({ reason: { code: 'STOPPED' } });
  // An evaluation that never answers is the caller's to end.
  queue.close = () => Promise.resolve();
});
