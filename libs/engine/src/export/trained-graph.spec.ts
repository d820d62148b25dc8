import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../compiler/graph.js';
import { float32, type HostTensors } from '../host-tensor.js';
import type { Program } from '../program.js';
import { normal } from '../test-values.js';
import { tf, type NamedTensors } from '../tf.js';
import { sampleParameters, sampleProgram } from './testing.js';
import { trainedGraph, type TrainedGraph } from './trained-graph.js';

const kernels = ({ graph }: TrainedGraph): string[] =>
  topologicalOrder(Object.values(graph.outputs))
    .map(({ kernel }) => kernel)
    .filter((kernel) => kernel !== 'Input')
    .sort();

const shapes = ({ parameters }: TrainedGraph): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]));

/** Weights of the program and values computed of them, whose names are made up. */
function splitComputed(all: Record<string, readonly number[]>): Record<string, unknown> {
  const entries = Object.entries(all);
  const isComputed = ([name]: [string, unknown]): boolean => name.startsWith('weights/folded');
  return {
    ...Object.fromEntries(entries.filter((entry) => !isComputed(entry))),
    computed: entries.filter(isComputed).map(([, shape]) => shape),
  };
}

const program = (
  parameters: HostTensors,
  apply: (weights: NamedTensors, x: tf.Tensor) => tf.Tensor,
): Program => ({
  name: 'small',
  inputs: { x: float32([1, 4, 4, 2], new Float32Array(32)) },
  reads: Object.keys(parameters),
  run: (weights, { x }) => ({ outputs: { y: apply(weights, x!) } }),
});

describe('a graph for export', () => {
  it('has no more weights than kernels and biases, under their names', async () => {
    const trained = await trainedGraph(sampleProgram(2), sampleParameters());
    const { computed, ...own } = splitComputed(shapes(trained));
    expect(computed).toEqual([[], []]);
    expect(own).toEqual({
      'one/weight': [3, 3, 2, 4],
      'one/bias': [4],
      'two/weight': [3, 3, 4, 4],
      'two/bias': [4],
      'three/weight': [1, 1, 8, 3],
      'three/bias': [3],
      'four/weight': [75, 5],
      'four/bias': [5],
    });
    expect(kernels(trained)).toEqual(
      [
        ...['Conv2D', 'Conv2D', 'Conv2D', 'BatchMatMul', 'Add', 'Sigmoid'],
        ...['Relu', 'Relu', 'Multiply', 'Multiply', 'Add', 'Concat'],
        ...['MaxPool', 'AvgPool', 'MaxPool', 'Reshape', 'ResizeBilinear'],
      ].sort(),
    );
  });

  it('computes kernel times scale, and the shift, in double precision', async () => {
    const parameters = {
      'a/weight': float32([1, 1, 2, 2], [1, 2, 3, 4]),
      'a/bias': float32([2], [10, 20]),
      scale: float32([2], [0.5, -3]),
      shift: float32([1, 1, 1, 2], [7, 8]),
    };
    const trained = await trainedGraph(
      program(parameters, (w, x) =>
        tf.sub(
          tf.mul(
            tf.add(tf.conv2d(x as tf.Tensor4D, w['a/weight'] as tf.Tensor4D, 1, 'same'), w['a/bias']!),
            w['scale']!,
          ),
          w['shift']!,
        ),
      ),
      parameters,
    );
    expect(kernels(trained)).toEqual(['Conv2D']);
    expect(trained.parameters).toEqual({
      'a/weight': float32([1, 1, 2, 2], [0.5, -6, 1.5, -12]),
      'a/bias': float32([2], [10 * 0.5 - 7, 20 * -3 - 8]),
    });
  });

  it.each<[what: string, apply: (weights: NamedTensors, y: tf.Tensor) => tf.Tensor, kernels: string[]]>([
    [
      'a map that is read elsewhere',
      (w, y) => tf.add(tf.mul(y, w['scale']!), y),
      ['Add', 'Conv2D', 'Multiply'],
    ],
    ['a scale after ReLU', (w, y) => tf.mul(tf.relu(y), w['scale']!), ['Conv2D', 'Multiply', 'Relu']],
    ['a scale for each pixel', (w, y) => tf.mul(y, w['plane']!), ['Conv2D', 'Multiply']],
  ])('leaves %s alone', async (_what, apply, expected) => {
    const parameters = {
      'a/weight': normal('w', [1, 1, 2, 2]),
      scale: normal('s', [2]),
      plane: normal('p', [4, 4, 1]),
    };
    const trained = await trainedGraph(
      program(parameters, (w, x) =>
        apply(w, tf.conv2d(x as tf.Tensor4D, w['a/weight'] as tf.Tensor4D, 1, 'same')),
      ),
      parameters,
    );
    expect(kernels(trained)).toEqual(expected);
    expect(trained.parameters['a/weight']).toEqual(parameters['a/weight']);
  });

  it('folds a kernel that two layers share into one of its own for each', async () => {
    const parameters = {
      'a/weight': normal('w', [1, 1, 2, 2]),
      s: float32([2], [2, 3]),
      t: float32([2], [5, 7]),
    };
    const trained = await trainedGraph(
      program(parameters, (w, x) => {
        const conv = (image: tf.Tensor): tf.Tensor =>
          tf.conv2d(image as tf.Tensor4D, w['a/weight'] as tf.Tensor4D, 1, 'same');
        return tf.mul(conv(tf.relu(tf.mul(conv(x), w['s']!))), w['t']!);
      }),
      parameters,
    );
    expect(Object.keys(trained.parameters).sort()).toEqual([
      ...['a/bias', 'a/bias_1', 'a/weight_1', 'a/weight_2'],
    ]);
    const scaled = (by: number[]): number[] =>
      [...parameters['a/weight'].data].map((x, i) => Math.fround(x * by[i % 2]!));
    expect([...trained.parameters['a/weight_1']!.data]).toEqual(scaled([2, 3]));
    expect([...trained.parameters['a/weight_2']!.data]).toEqual(scaled([5, 7]));
  });
});
