import { describe, expect, it } from 'vitest';
import { TaskweaveError } from '@taskweave/common';
import { z } from 'zod';
import { defineDataSet } from './data-set.js';
import { UNIT_SCALE, toInput } from './input-scale.js';

const picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 255, 100, 10) };

describe('the input of a picture', () => {
  it('is 0 for black and 1 for white by default, as float32', () => {
    const expected = Float32Array.of(0, 51 / 255, 1, 1, 100 / 255, 10 / 255);
    expect(toInput(picture, UNIT_SCALE)).toEqual(expected);
  });

  it('is scaled channel by channel', () => {
    const scale = { mean: [100, 50, 0], deviation: [2, 1, 10] };
    expect([...toInput(picture, scale)]).toEqual([-50, 1, 25.5, 77.5, 50, 1]);
  });
});

describe('the scale of a data set', () => {
  const definition = {
    id: 'any',
    options: z.strictObject({ mean: z.number() }),
    tasks: [],
    open: () => Promise.reject(new Error('it is not opened for this')),
  };

  it('follows from its options, which are checked', async () => {
    const { inputScale } = defineDataSet({
      ...definition,
      inputScale: ({ mean }) => Promise.resolve({ mean: [mean], deviation: [1] }),
    });
    expect(await inputScale({ mean: 7 })).toEqual({ mean: [7], deviation: [1] });
    await expect(inputScale({ mean: '7' })).rejects.toBeInstanceOf(TaskweaveError);
  });

  it('is 0..1 where the data set says nothing', async () => {
    expect(await defineDataSet(definition).inputScale({ mean: 7 })).toEqual(UNIT_SCALE);
  });
});
