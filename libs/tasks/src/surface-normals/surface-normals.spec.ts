import { describe, expect, it } from 'vitest';
import { randomStream } from '@taskweave/common';
import { float32, valueAndGradients, type HostTensor, type Program, type tf } from '@taskweave/engine';
import { TESTED_ENGINES, normal, runProgram } from '@taskweave/engine/testing';
import { AngleStatistics } from './angles.js';
import { cosineLoss } from './loss.js';
import { MeanAngle } from './metric.js';
import { surfaceNormals } from './task-kind.js';

/** Worked example: five pixels, the last without a label. */
const predicted = float32([1, 1, 5, 3], [0.1, 0.2, 0.97, 1, 0, 0, 0.5, 0.5, 0.7, -0.3, 0.9, 0.1, 0, 0, 2]);
const label = float32([1, 1, 5, 3], [0, 0, 1, 0.9, 0.1, 0.3, 0.4, 0.6, 0.7, 0.2, 0.8, 0.5, 255, 255, 255]);
const GRADIENT = [
  [0.02458481, 0.04916963, -0.01267259],
  [0, -0.02620712, -0.07862137],
  [0.02500125, -0.02500125, 0],
  [-0.11795966, -0.02657825, -0.1146747],
  [0, 0, 0],
].flat();

async function differentiate(engine: (typeof TESTED_ENGINES)[number], x: HostTensor, y: HostTensor) {
  const inputs = { x, y };
  const program: Program = {
    name: 'loss',
    inputs,
    reads: [],
    run(_, tensors) {
      const { value, gradients } = valueAndGradients(
        (variables) => ({ value: cosineLoss(variables['x']!, tensors['y']!) as tf.Scalar, auxiliary: {} }),
        { x: tensors['x']! },
      );
      return { outputs: { value, gradient: gradients['x']! } };
    },
  };
  const { outputs } = await runProgram(engine, program, { inputs });
  return { value: outputs['value']!.data[0]!, gradient: [...outputs['gradient']!.data] };
}

describe.each(TESTED_ENGINES)('the loss of surface normals on %s', (engine) => {
  it('is that of the worked example, and so is its gradient', async () => {
    const { value, gradient } = await differentiate(engine, predicted, label);
    expect(value).toBeCloseTo(0.0800663917, 6);
    gradient.forEach((found, i) => expect(found).toBeCloseTo(GRADIENT[i]!, 5));
  });

  it('takes a pixel with 255 in some channels only for labelled', async () => {
    const some = float32([1, 1, 1, 3], [255, 255, 0]);
    const { value } = await differentiate(engine, float32([1, 1, 1, 3], [0, 0, 1]), some);
    expect(value).toBeCloseTo(1, 6);
  });

  it('is 0 with gradient 0 when no pixel has a label', async () => {
    const none = float32([2, 5, 4, 3], new Float32Array(120).fill(255));
    const { value, gradient } = await differentiate(engine, normal('map', [2, 3, 2, 3]), none);
    expect(Math.abs(value)).toBe(0);
    expect(gradient.map(Math.abs)).toEqual(new Array(36).fill(0));
  });

  it('is finite where the prediction is 0', async () => {
    const zero = float32([1, 1, 5, 3], new Float32Array(15));
    const { value, gradient } = await differentiate(engine, zero, label);
    expect(value).toBeCloseTo(1, 6);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('angles between normals', () => {
  it('are those of the worked example', () => {
    const metric = new MeanAngle();
    metric.add(predicted, label);
    expect(metric.result()).toMatchObject({ name: 'mean angle', higherIsBetter: false });
    expect(metric.result().value).toBeCloseTo(19.9789743676, 4);
    const [median, deviation, ...within] = metric.details().map(({ value }) => value);
    expect(Math.abs(median! - 16.1704206705)).toBeLessThan(0.05);
    expect(deviation).toBeCloseTo(23.2801286728, 4);
    expect(within).toEqual([0.25, 0.75, 0.75, 1]);
  });

  it('have a median within 0.05 degrees, and shares that count the limit itself', () => {
    const uniform = randomStream(1, 'angles').uniform;
    for (const count of [1, 2, 999, 1000]) {
      const angles = Array.from({ length: count }, (_, i) => 180 * uniform(i) ** 3).sort((a, b) => a - b);
      const statistics = new AngleStatistics();
      for (const angle of angles) statistics.add(angle);
      const exact = (angles[Math.floor((count - 1) / 2)]! + angles[Math.floor(count / 2)]!) / 2;
      expect(Math.abs(statistics.median - exact)).toBeLessThan(0.05);
    }
    const limits = new AngleStatistics();
    for (const angle of [11.25, 22.5, 30, 45, 180]) limits.add(angle);
    expect(limits.within).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it('are NaN before the first labelled pixel', () => {
    const metric = new MeanAngle();
    metric.add(predicted, float32([1, 1, 5, 3], new Float32Array(15).fill(255)));
    for (const { value } of [metric.result(), ...metric.details()]) expect(value).toBeNaN();
  });
});

it('labels of surface normals are one vector per pixel', () => {
  const task = { id: 'rooms', kind: 'surface-normals', outputs: 3 } as const;
  expect(surfaceNormals.label(task, 2, [6, 8, 3])).toEqual({ dtype: 'float32', shape: [2, 6, 8, 3] });
});
