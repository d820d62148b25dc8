import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { float32 } from '@taskweave/engine';
import { TESTED_ENGINES, normal, pure, relativeError, runProgram } from '@taskweave/engine/testing';
import { forEachUpsampled, upsample } from './upsample.js';

const side = fc.integer({ min: 1, max: 9 });

/** Worked example: a 2x2 map of three channels, and each channel at 3x3. */
const map = float32([1, 2, 2, 3], [1, 0, -1, -1, 1, 0, 0.5, 1.5, 0.25, 2, -0.5, 1]);
const CHANNELS = [
  [1, 0, -1, 0.75, 0.625, 0.5, 0.5, 1.25, 2],
  [0, 0.5, 1, 0.75, 0.5, 0.25, 1.5, 0.5, -0.5],
  [-1, -0.5, 0, -0.375, 0.0625, 0.5, 0.25, 0.625, 1],
];

describe.each(TESTED_ENGINES)('upsampling on %s', (engine) => {
  it('is that of the worked example', async () => {
    const inputs = { map };
    const program = pure(inputs, ({ map: given }) => ({ y: upsample(given!, 3, 3) }));
    const { data } = (await runProgram(engine, program, { inputs })).outputs['y']!;
    const byChannel = CHANNELS.map((_, c) => [...data].filter((_, i) => i % 3 === c));
    // Every number is a sum of few powers of two.
    expect(byChannel).toEqual(CHANNELS);
  });

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
