import { PerformanceObserver, constants } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { countBuffers } from './young-garbage.js';

/** Collections of young garbage that were asked for while something was done. */
async function collections(work: () => void): Promise<number> {
  const found: unknown[] = [];
  const observer = new PerformanceObserver((list) => found.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  work();
  await setTimeout(50);
  observer.disconnect();
  const { NODE_PERFORMANCE_GC_MINOR: minor, NODE_PERFORMANCE_GC_FLAGS_FORCED: forced } = constants;
  return (found as { detail: { kind: number; flags: number } }[]).filter(
    ({ detail }) => detail.kind === minor && (detail.flags & forced) !== 0,
  ).length;
}

it('collects young garbage once in 16 MiB of buffers', async () => {
  const size = 64 * 1024;
  const count = (times: number) => (): void => {
    for (let i = 0; i < times; i++) countBuffers(size);
  };
  expect(await collections(count(255))).toBe(0);
  expect(await collections(count(1))).toBe(1);
  expect(await collections(count(3 * 256))).toBe(3);
});
