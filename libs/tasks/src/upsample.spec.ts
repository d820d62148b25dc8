import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { TESTED_ENGINES, normal, pure, relativeError, runProgram } from '@taskweave/engine/testing';
import { forEachUpsampled, upsample } from './upsample.js';

const side = fc.integer({ min: 1, max: 9 });

describe.each(TESTED_ENGINES)('upsampling on %s', (engine) => {
  it('gives the same in tensors and pixel by pixel in host memory', async () => {
    await fc.assert(
      fc.asyncProperty(side, side, side, side, async (h, w, height, width) => {
        const inputs = { map: normal('map', [2, h, w, 3]) };
        const program = pure(inputs, ({ map }) => ({ y: upsample(map!, height, width) }));
        const { data, shape } = (await runProgram(engine, program, { inputs })).outputs['y']!;
        expect(shape).toEqual([2, height, width, 3]);
        const host = new Float64Array(elementCount(shape));
        forEachUpsampled(inputs.map, height, width, (pixel, vector) => host.set(vector, 3 * pixel));
        expect(relativeError(data, host)).toBeLessThan(1e-5);
      }),
      { numRuns: 15 },
    );
  });
});
