import { memoryUsage } from 'node:process';
import { expect, it } from 'vitest';
import { countBuffers } from './young-garbage.js';

it('keeps used buffers from coming together', () => {
  const size = 64 * 1024;
  const most = { counted: 0, left: 0 };
  for (const way of ['counted', 'left'] as const) {
    const before = memoryUsage().arrayBuffers;
    for (let i = 0; i < 3200; i++) {
      Buffer.allocUnsafeSlow(size);
      if (way === 'counted') countBuffers(size);
      most[way] = Math.max(most[way], memoryUsage().arrayBuffers - before);
    }
  }
  // Left alone they come together until V8 marks the heap.
  expect(most.counted).toBeLessThan(0.8 * most.left);
});
