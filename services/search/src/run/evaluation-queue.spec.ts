import { expect, it } from 'vitest';
import { EvaluationQueue } from './evaluation-queue.js';

it('evaluates one after the other in order, and knows what is still needed', async () => {
  const log: string[] = [];
  const queue = new EvaluationQueue(
    async (folder, step) => {
      log.push(`begin ${folder}`);
      await new Promise((resolve) => setTimeout(resolve, 20 - 10 * step));
      log.push(`end ${folder}`);
    },
    () => log.push('failed'),
  );
  queue.push('a', 0);
  queue.push('b', 1);
  queue.push('c', 2);
  expect([...queue.pending]).toEqual(['a', 'b', 'c']);
  await queue.idle();
  expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  expect(queue.pending.size).toBe(0);
});

it('leaves out what follows a failure', async () => {
  const begun: string[] = [];
  const failures: unknown[] = [];
  const queue = new EvaluationQueue(
    (folder) => {
      begun.push(folder);
      return Promise.reject(new Error(folder));
    },
    (thrown) => failures.push(thrown),
  );
  queue.push('a', 0);
  queue.push('b', 1);
  await expect(queue.idle()).rejects.toThrow('a');
  expect(begun).toEqual(['a']);
  expect(failures[0]).toEqual(new Error('a'));
  expect([...queue.pending]).toEqual(['a', 'b']);
});
