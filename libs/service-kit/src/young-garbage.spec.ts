import { memoryUsage } from 'node:process';
import { expect, it } from 'vitest';
import { countBuffers } from './young-garbage.js';

it('keeps used buffers from coming together', () => {
  const size = 64 * 1024;
  const most = { counted: 0, left: 0 };
  for (const way of ['counted', 'left'] as const) {
    const before = memoryUsage().arrayBuffers;
    for (let i = 0; i < 800; i++) {
      Buffer.allocUnsafeSlow(size);
      if (way === 'counted') countBuffers(size);
      most[way] = Math.max(most[way], memoryUsage().arrayBuffers - before);
    }
  }
  expect(most.counted).toBeLessThan(20 * 1024 * 1024);
  // 50 MB are not enough for V8 to mark the heap.
  expect(most.left).toBeGreaterThan(20 * 1024 * 1024);
});
