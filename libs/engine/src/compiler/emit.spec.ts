import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { emit } from './emit.js';
import type { OnnxInitializer, OnnxModel, OnnxNode, OnnxTensor } from './onnx-model.js';

const node = (opType: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): OnnxNode => ({
  name: opType,
  opType,
  inputs,
  outputs: ['y'],
  attributes,
});

function model(nodeOf: OnnxNode, shape: number[], initializers: OnnxInitializer[] = []): OnnxModel {
  const tensor = (name: string, dims: number[]): OnnxTensor => ({ name, dtype: 'float32', shape: dims });
  return {
    name: 'test',
    nodes: [nodeOf],
    inputs: [tensor('x', [2, 3])],
    outputs: [tensor('y', shape)],
    initializers,
    declared: [],
    disabledOptimizers: [],
  };
}

async function compute(tested: OnnxModel): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(emit(tested));
  const { y } = await session.run({ x: new ort.Tensor('float32', [-1, 2, -3, 4, -5, 6], [2, 3]) });
  await session.release();
  return y!;
}

describe('an emitted model is loaded and computed by onnxruntime', () => {
  it.each<[string, OnnxModel, number[]]>([
    ['no attribute', model(node('Relu', ['x']), [2, 3]), [0, 2, 0, 4, 0, 6]],
    [
      'an integer',
      model(node('Concat', ['x', 'x'], { axis: 1 }), [2, 6]),
      [-1, 2, -3, -1, 2, -3, 4, -5, 6, 4, -5, 6],
    ],
    [
      'a negative integer',
      model(node('Concat', ['x', 'x'], { axis: -2 }), [4, 3]),
      [-1, 2, -3, 4, -5, 6, -1, 2, -3, 4, -5, 6],
    ],
    ['integers', model(node('Transpose', ['x'], { perm: [1, 0] }), [3, 2]), [-1, 4, 2, -5, -3, 6]],
    [
      'a float',
      model(node('LeakyRelu', ['x'], { alpha: { float: 0.5 } }), [2, 3]),
      [-0.5, 2, -1.5, 4, -2.5, 6],
    ],
    [
      'a string',
      model(
        node('ScatterElements', ['x', 'i', 'u'], { axis: 1, reduction: 'add' }),
        [2, 3],
        [
          { name: 'i', dtype: 'int32', shape: [2, 1], data: [0, 2] },
          { name: 'u', dtype: 'float32', shape: [2, 1], data: [10, 0.25] },
        ],
      ),
      [9, 2, -3, 4, -5, 6.25],
    ],
  ])('with %s as attribute', async (_, tested, expected) => {
    const y = await compute(tested);
    expect([...(y.data as Float32Array)]).toEqual(expected);
    expect(y.dims).toEqual(tested.outputs[0]!.shape);
  });

  it.each<[string, OnnxModel, number[]]>([
    [
      'float32',
      model(node('Mul', ['x', 'c']), [2, 3], [{ name: 'c', dtype: 'float32', shape: [], data: [-0.5] }]),
      [0.5, -1, 1.5, -2, 2.5, -3],
    ],
    [
      'int32',
      model(node('Gather', ['x', 'c']), [1, 3], [{ name: 'c', dtype: 'int32', shape: [1], data: [-1] }]),
      [4, -5, 6],
    ],
    [
      'int64',
      model(
        node('ReduceSum', ['x', 'c'], { keepdims: 0 }),
        [3],
        [{ name: 'c', dtype: 'int64', shape: [1], data: [-2] }],
      ),
      [3, -3, 3],
    ],
    [
      'bool',
      model(
        node('Where', ['c', 'x', 'zero']),
        [2, 3],
        [
          { name: 'c', dtype: 'bool', shape: [3], data: [1, 0, 1] },
          { name: 'zero', dtype: 'float32', shape: [], data: [0] },
        ],
      ),
      [-1, 0, -3, 4, 0, 6],
    ],
  ])('with constants of type %s', async (_, tested, expected) => {
    expect([...((await compute(tested)).data as Float32Array)]).toEqual(expected);
  });
});
