/** What each kind of task draws of labels and outputs. */
import { describe, expect, it } from 'vitest';
import { enlarge, raster, sheet, type Raster } from '@taskweave/images';
import { float32, int32, type HostTensor } from '@taskweave/engine';
import type { TaskDeclaration } from '@taskweave/spec';
import { taskKinds } from '../registry.js';
import { classColour } from './class-colours.js';
import { IGNORED_COLOUR } from './colour.js';
import { comparisonSheet, legible } from './comparison.js';
import { ramp } from './ramp.js';

/** Colours of a picture's pixels. */
const pixels = ({ data }: Raster): number[][] =>
  Array.from({ length: data.length / 3 }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]);

/** 0 for pictures of the same pixels; `toEqual` takes seconds for them. */
const compare = (a: Raster, b: Raster): number => Buffer.compare(Buffer.from(a.data), Buffer.from(b.data));

/** A batch whose second example is looked at; the first has other values. */
const second = (shape: readonly number[], data: readonly number[], of = float32): HostTensor =>
  of([2, ...shape], [...data.map((x) => x + 1), ...data] as number[] & Float32Array & Int32Array);

const TASKS = {
  segmentation: { id: 'a', kind: 'segmentation', outputs: 3 },
  'surface-normals': { id: 'b', kind: 'surface-normals', outputs: 3 },
  depth: { id: 'c', kind: 'depth', outputs: 1 },
  classification: { id: 'd', kind: 'classification', outputs: 3 },
  'soft-classification': { id: 'e', kind: 'soft-classification', outputs: 3 },
} as const satisfies Record<string, TaskDeclaration>;

const label = (kind: keyof typeof TASKS, tensor: HostTensor): Raster =>
  taskKinds[kind].drawLabel(tensor, 1, TASKS[kind]);
const output = (
  kind: keyof typeof TASKS,
  tensor: HostTensor,
  size: [number, number],
  truth?: HostTensor,
): Raster => taskKinds[kind].drawOutput(tensor, 1, size, TASKS[kind], truth);

describe('segmentation', () => {
  it('draws classes in their colours, and dark grey without a label', () => {
    const picture = label('segmentation', second([1, 3], [2, 255, 0], int32 as typeof float32));
    expect(picture).toMatchObject({ width: 3, height: 1, channels: 3 });
    expect(pixels(picture)).toEqual([classColour(2), IGNORED_COLOUR, classColour(0)]);
  });

  it('draws the likeliest class of the upsampled scores', () => {
    // Scores of classes 1 and 2 cross in the middle; a class of equal scores is the lower one.
    const picture = output('segmentation', second([1, 2, 3], [0, 4, 0, 0, 0, 4]), [1, 5]);
    expect(pixels(picture)).toEqual([1, 1, 1, 2, 2].map(classColour));
  });
});

describe('surface normals', () => {
  it('draws x, y and z from -1 to 1 as red, green and blue', () => {
    const vectors = [1, 0, 0, 0, 0, -1, 255, 255, 255];
    expect(pixels(label('surface-normals', second([1, 3, 3], vectors)))).toEqual([
      [255, 128, 128],
      [128, 128, 0],
      IGNORED_COLOUR,
    ]);
  });

  it('draws predictions of any length, also of none', () => {
    const picture = output('surface-normals', second([1, 2, 3], [0, 9, 0, 0, 0, 0]), [1, 2]);
    expect(pixels(picture)).toEqual([
      [128, 255, 128],
      [128, 128, 128],
    ]);
  });
});

describe('depth', () => {
  const truth = second([1, 4], [2, 6, 255, 4]);

  it('draws the range of a label, least to greatest', () => {
    expect(pixels(label('depth', truth))).toEqual([ramp(0), ramp(1), IGNORED_COLOUR, ramp(0.5)]);
  });

  it('draws a prediction in the range of its label, and without one in its own', () => {
    const predicted = second([1, 2, 1], [3, 9]);
    expect(pixels(output('depth', predicted, [1, 2], truth))).toEqual([ramp(0.25), ramp(1)]);
    const unlabelled = second([1, 4], [255, 255, 255, 255]);
    for (const labels of [undefined, unlabelled]) {
      expect(pixels(output('depth', predicted, [1, 3], labels))).toEqual([ramp(0), ramp(0.5), ramp(1)]);
    }
  });

  it('draws one depth everywhere in the middle of the colours', () => {
    expect(pixels(output('depth', second([1, 1, 1], [7]), [1, 2]))).toEqual([ramp(0.5), ramp(0.5)]);
  });
});

describe('classification', () => {
  const logits = second([3], [0, 3, 1]);

  it('marks the true class, with hard and with soft labels', () => {
    const hard = int32([2], [0, 2]);
    const soft = float32([2, 3], [1, 0, 0, 0.25, 0.25, 0.5]);
    const unmarked = output('classification', logits, [9, 9]);
    const marked = output('classification', logits, [9, 9], hard);
    const tickedToo = output('soft-classification', logits, [9, 9], soft);
    expect(compare(output('soft-classification', logits, [9, 9]), unmarked)).toBe(0);
    expect(new Set([unmarked, marked, tickedToo].map(({ data }) => data.join())).size).toBe(3);
    expect(label('classification', hard).data).not.toEqual(label('soft-classification', soft).data);
  });
});

it('a comparison is a row per task of image, label and prediction, with small pictures enlarged', () => {
  const image = raster(3, 40, 1);
  const truth = float32([1, 40, 3], new Float32Array(120).fill(4));
  const scores = int32([1], [2]);
  const logits = float32([1, 3], [1, 2, 3]);
  const predicted = float32([1, 2, 2, 1], [1, 2, 3, 4]);
  const { depth, classification } = TASKS;
  const found = comparisonSheet(image, 0, [
    { task: depth, label: truth, output: predicted },
    { task: classification, label: scores, output: logits },
    { task: classification, output: logits },
  ]);
  const chart = (labels?: HostTensor) =>
    taskKinds.classification.drawOutput(logits, 0, [40, 3], classification, labels);
  const rows = [
    [
      taskKinds.depth.drawLabel(truth, 0, depth),
      taskKinds.depth.drawOutput(predicted, 0, [40, 3], depth, truth),
    ].map((picture) => enlarge(picture, 3)),
    [taskKinds.classification.drawLabel(scores, 0, classification), chart(scores)],
    [chart()],
  ];
  const expected = sheet(
    rows.map((row) => [enlarge(image, 3), ...row]),
    4,
  );
  expect({ ...found, data: null }).toEqual({ ...expected, data: null });
  expect(compare(found, expected)).toBe(0);
  const large = raster(2, 500, 3);
  expect(legible(large)).toBe(large);
});
