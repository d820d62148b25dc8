import { initialValues } from '@taskweave/backbones';
import { randomStream } from '@taskweave/common';
import { float32, int32 } from '@taskweave/engine';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet, type ImportedWeights } from '@taskweave/supernet';
import { beforeAll, describe, expect, it } from 'vitest';
import { byTarget, gatesOf, measure, type Measurement, type Mode } from './measure.js';

const SIZE = 8;
const BATCH = 3;
const backbone = { options: { channels: [[3], [4, 4]], hidden: 6 } };
const spec = runSpecSchema.parse({
  tasks: [
    { id: 'left', lossWeight: 1, backbone },
    { id: 'right', lossWeight: 20, backbone },
  ],
});
const tasks = spec.tasks.map(({ id }): TaskDeclaration => ({ id, kind: 'classification', outputs: 5 }));
const supernet = buildSupernet({ spec, tasks, imageShape: [SIZE, SIZE, 1], method: 'search' });
const noise = randomStream(1, 'measure');
const alphas = supernet.edges.map((_, i) => noise.normal(i));
const weights: ImportedWeights = {
  format: 'taskweave',
  parameters: initialValues(supernet.parameters, 5),
  alphas,
  initial: [],
};
const batch = {
  size: BATCH,
  imageShape: [SIZE, SIZE, 1] as const,
  tensors: {
    image: float32(
      [BATCH, SIZE, SIZE, 1],
      Array.from({ length: BATCH * SIZE * SIZE }, (_, i) => noise.normal(i)),
    ),
    'label/left': int32([BATCH], [0, 1, 2]),
    'label/right': int32([BATCH], [4, 4, 3]),
  },
};
const measured = (mode: Mode, gradients: boolean, moved = alphas): Promise<Measurement> =>
  measure({ spec, supernet, weights: { ...weights, alphas: moved }, batch, mode, gradients });

describe.each<Mode>(['eval', 'train'])('a measurement in %s mode', (mode) => {
  let report: Measurement;
  beforeAll(async () => {
    report = await measured(mode, true);
  });

  it('adds losses up by their weights', () => {
    const { left, right, total } = report.losses as Record<'left' | 'right' | 'total', number>;
    expect(total).toBeCloseTo(left + 20 * right, 6);
  });

  it('has outputs and metrics of each task', () => {
    for (const id of ['left', 'right']) {
      const { shape, sum, absoluteSum } = report.outputs[id]!;
      expect(shape).toEqual([BATCH, 5]);
      expect(absoluteSum).toBeGreaterThan(Math.abs(sum));
      expect(report.metrics[id]!['accuracy']! * BATCH).toBeCloseTo(
        Math.round(report.metrics[id]!['accuracy']! * BATCH),
      );
    }
  });

  it('has the slope of the weighted loss by each alpha', async () => {
    const width = 2 ** -9;
    const slopeOf = async (edge: number): Promise<number> => {
      const at = async (by: number): Promise<number> =>
        (
          await measured(
            mode,
            false,
            alphas.map((alpha, i) => (i === edge ? alpha + by : alpha)),
          )
        ).losses['total']!;
      return ((await at(width)) - (await at(-width))) / (2 * width);
    };
    const gradients = [...report.alpha_gradients!['left']!, ...report.alpha_gradients!['right']!];
    const scale = Math.max(...gradients.map(Math.abs));
    for (const edge of [0, 3, supernet.edges.length - 1]) {
      expect(Math.abs((await slopeOf(edge)) - gradients[edge]!)).toBeLessThan(0.02 * scale);
    }
  });
});

it('the modes differ, and gradients are there when asked for', async () => {
  const [train, evaluation] = [await measured('train', false), await measured('eval', false)];
  expect(train.losses['total']).not.toBeCloseTo(evaluation.losses['total']!, 3);
  expect(train).not.toHaveProperty('alpha_gradients');
});

it('gates are sigmoids of alphas, one half without', () => {
  expect(gatesOf(supernet, { ...weights, alphas: [Math.log(3), ...alphas.slice(1)] })[0]).toBeCloseTo(
    0.75,
    12,
  );
  const { format, parameters, initial } = weights;
  expect(gatesOf(supernet, { format, parameters, initial })).toEqual(supernet.edges.map(() => 0.5));
});

it('edges are told apart by target, in edge order', () => {
  const numbers = supernet.edges.map((_, i) => i);
  expect(byTarget(supernet, numbers)).toEqual({ left: [0, 1, 2, 3], right: [4, 5, 6, 7] });
});
