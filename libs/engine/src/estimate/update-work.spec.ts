import { expect, it } from 'vitest';
import { updateWork } from './update-work.js';

it('counts state twice, read and written, and gradients once', () => {
  const spec = { dtype: 'float32', shape: [10, 3] } as const;
  const kernel = { state: ['weight', 'velocity'], fetched: ['gradient'], scalars: [], source: '' };
  expect(updateWork(kernel, { weight: spec, velocity: spec })).toEqual({
    opType: 'Update',
    macs: 0,
    bytes: 4 * 30 * 5,
    depth: 0,
  });
});
