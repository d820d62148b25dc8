/** State dicts with the names and shapes of other programs, for tests. */
import { elementCount, randomStream, type NamedTensor } from '@taskweave/common';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from '../build-supernet.js';
import type { Supernet } from '../supernet.js';

/** Of each stage, at full width: its channels, where its convolution stands, and how many edges lead into its fusion. */
const STAGES = [
  [64, 0, 1],
  [64, 0, 2],
  [128, 2, 1],
  [128, 0, 2],
  [256, 2, 1],
  [256, 0, 2],
  [256, 0, 3],
  [512, 2, 1],
  [512, 0, 2],
  [512, 0, 3],
  [512, 2, 1],
  [512, 0, 2],
  [512, 0, 3],
] as const;
const HIDDEN = 1024;

export const NYU_TASKS: readonly TaskDeclaration[] = [
  { id: 'segmentation', kind: 'segmentation', outputs: 40 },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
];

/** Two VGG-16 as published, narrowed by `width`. */
export function nyuSupernet(
  width: number,
  { tasks = NYU_TASKS, size = 17 }: { tasks?: readonly TaskDeclaration[]; size?: number } = {},
): Supernet {
  const backbone = { id: 'vgg16-deeplab-lfov', options: { width } };
  const spec = runSpecSchema.parse({
    tasks: tasks.map(({ id }, i) => ({ id, lossWeight: [1, 20][i], backbone })),
  });
  return buildSupernet({ spec, tasks: [...tasks], imageShape: [size, size, 3], method: 'search' });
}

/** Shapes of all tensors by name, in the order of the published state dict; what is not used included. */
export function stateDictShapes(width: number, outputs: readonly number[] = [40, 3]): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const scaled = (channels: number): number => Math.max(1, Math.round(channels * width));
  const batchNorm = (prefix: string, channels: number): void => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) {
      shapes.set(`${prefix}.${part}`, [channels]);
    }
  };
  const hidden = scaled(HIDDEN);
  outputs.forEach((classes, n) => {
    const net = `net${n + 1}`;
    shapes.set(`${net}_alphas`, [13, 13]);
    let inputs = 3;
    STAGES.forEach(([full, index], stage) => {
      const channels = scaled(full);
      const feature = `${net}.stages.${stage}.feature`;
      shapes.set(`${feature}.${index}.weight`, [channels, inputs, 3, 3]);
      batchNorm(`${feature}.${index + 1}`, channels);
      inputs = channels;
    });
    shapes.set(`${net}.head.2.weight`, [hidden, inputs, 3, 3]);
    batchNorm(`${net}.head.3`, hidden);
    shapes.set(`${net}.head.6.weight`, [hidden, hidden, 1, 1]);
    batchNorm(`${net}.head.7`, hidden);
    shapes.set(`${net}.head.10.weight`, [classes, hidden, 1, 1]);
    shapes.set(`${net}.head.10.bias`, [classes]);
    STAGES.forEach(([full, , sources], stage) => {
      const channels = scaled(full);
      const path = `paths.${net}_paths.${stage}`;
      shapes.set(`${path}.conv.weight`, [channels, (sources + 1) * channels, 1, 1]);
      batchNorm(`${path}.bn`, channels);
    });
  });
  return shapes;
}

/** Tensors that the reference implementation stores beside those that count. */
export function unusedTensors(): NamedTensor[] {
  const ones = (name: string, shape: number[]): NamedTensor => ({
    name,
    dtype: 'float32',
    shape,
    data: new Float32Array(elementCount(shape)).fill(1),
  });
  return [
    ones('path_costs', [13]),
    ones('net1.features.0.weight', [4, 3, 3, 3]),
    ones('net2.features.1.running_var', [4]),
    { name: 'net1.head.3.num_batches_tracked', dtype: 'int32', shape: [], data: Int32Array.of(9) },
  ];
}

/** Random weights of about the size of trained ones. */
export function randomStateDict(width: number, outputs?: readonly number[]): NamedTensor[] {
  return [...stateDictShapes(width, outputs)].map(([name, shape]) => {
    const stream = randomStream(1, name);
    const fanIn = shape.length === 4 ? elementCount(shape.slice(1)) : 1;
    const value = (i: number): number => {
      if (name.endsWith('running_var')) return 0.5 + stream.uniform(i);
      if (name.endsWith('alphas')) return stream.normal(i);
      if (shape.length === 4) return stream.normal(i) * Math.sqrt(2 / fanIn);
      return (name.endsWith('weight') ? 1 : 0) + 0.1 * stream.normal(i);
    };
    const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => value(i));
    return { name, dtype: 'float32', shape, data };
  });
}

/** Channels of the convolutions of vgg16_bn, and where timm has them in `features`. */
export const VGG_CONVOLUTIONS = [
  [0, 64], [3, 64],
  [7, 128], [10, 128],
  [14, 256], [17, 256], [20, 256],
  [24, 512], [27, 512], [30, 512],
  [34, 512], [37, 512], [40, 512],
] as const; // prettier-ignore

/** Random weights of timm's `vgg16_bn` with all channels narrowed by `width`, a power of two. */
export function vggWeights(width: number): NamedTensor[] {
  const tensors: NamedTensor[] = [];
  const add = (name: string, shape: number[]): void => {
    const stream = randomStream(3, name);
    const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => stream.uniform(i));
    tensors.push({ name, dtype: 'float32', shape, data });
  };
  let inputs = 3;
  for (const [at, full] of VGG_CONVOLUTIONS) {
    const channels = full * width;
    add(`features.${at}.weight`, [channels, inputs, 3, 3]);
    add(`features.${at}.bias`, [channels]);
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      add(`features.${at + 1}.${part}`, [channels]);
    inputs = channels;
  }
  add('pre_logits.fc1.weight', [8, inputs, 7, 7]);
  add('head.fc.bias', [1000]);
  return tensors;
}
