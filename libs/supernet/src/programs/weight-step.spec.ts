import { describe, expect, it } from 'vitest';
import { float32, int32, type HostTensors } from '@taskweave/engine';
import { expectCloseTensors, normal, runProgram } from '@taskweave/engine/testing';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from '../build-supernet.js';
import type { SgdOptions } from '../optimizer/sgd.js';
import {
  BATCH,
  IMAGE,
  TINY_SUPERNETS,
  randomInputs,
  tinySupernet,
  trainedState,
  type TinyOptions,
} from '../testing.js';
import { weightStep } from './weight-step.js';

const optimizer: SgdOptions = {
  momentum: 0.9,
  weightDecay: 2.5e-4,
  fusionFactor: 3,
  classifierWeightFactor: 2,
  classifierBiasFactor: 5,
};

function setUp(options: TinyOptions, learningRate = 0.05) {
  const supernet = tinySupernet(options);
  const inputs = { ...randomInputs(supernet), learningRate: float32([], [learningRate]) };
  return {
    supernet,
    inputs,
    state: trainedState(supernet),
    program: weightStep(supernet, IMAGE, BATCH, optimizer),
  };
}

const changed = (before: HostTensors, after: HostTensors): string[] =>
  Object.keys(before).filter((name) => before[name]!.data.join() !== after[name]!.data.join());

describe('the weight step', () => {
  it.each<readonly [string, TinyOptions]>([
    ...TINY_SUPERNETS,
    ['two networks on their own', { method: 'single-task' }],
  ])('of %s equals the oracle in losses and all of the state', async (_, options) => {
    const { program, state, inputs } = setUp(options);
    const traced = await runProgram('onnx', program, { state, inputs });
    const oracle = await runProgram('cpu', program, { state, inputs });
    expectCloseTensors(traced.outputs, oracle.outputs, 1e-5);
    expectCloseTensors(traced.state, oracle.state, 1e-4);
  });

  it('of tasks per pixel on backbones of two kinds equals the oracle', async () => {
    const imageShape = [16, 16, 3] as const;
    const tasks: TaskDeclaration[] = [
      { id: 'segments', kind: 'segmentation', outputs: 3 },
      { id: 'normals', kind: 'surface-normals', outputs: 3 },
    ];
    const spec = runSpecSchema.parse({
      tasks: [
        { id: 'segments', backbone: { options: { channels: [[3], [4], [5]], hidden: 4 } } },
        {
          id: 'normals',
          backbone: { id: 'vgg16-deeplab-lfov', options: { width: 1 / 64, fuseAfter: 'block' } },
        },
      ],
      space: { rule: 'cross-block', depthLimit: 2 },
    });
    const supernet = buildSupernet({ spec, method: 'search', tasks, imageShape });
    const state = trainedState(supernet);
    const inputs = {
      image: normal('image', [2, ...imageShape]),
      'label/segments': int32(
        [2, 16, 16],
        Int32Array.from({ length: 512 }, (_, i) => (i * 7) % 3),
      ),
      'label/normals': normal('normals', [2, ...imageShape]),
      gates: float32(
        [supernet.edges.length],
        supernet.edges.map((_, i) => (i % 4) / 4),
      ),
      learningRate: float32([], [0.05]),
    };
    const program = weightStep(supernet, imageShape, 2, optimizer);
    const traced = await runProgram('onnx', program, { state, inputs });
    const oracle = await runProgram('cpu', program, { state, inputs });
    expectCloseTensors(traced.outputs, oracle.outputs, 1e-5);
    expectCloseTensors(traced.state, oracle.state, 1e-3);
    expect(changed(state, traced.state)).toEqual(Object.keys(state));
  });

  it('changes every parameter, slot and running statistic', async () => {
    const { program, state, inputs } = setUp({});
    const after = await runProgram('onnx', program, { state, inputs });
    expect(changed(state, after.state)).toEqual(Object.keys(state));
  });

  it('goes downhill', async () => {
    const { program, state, inputs, supernet } = setUp({ tasks: 3 }, 0.01);
    const loss = async (calls: number): Promise<number> => {
      const { outputs } = await runProgram('onnx', program, { state, inputs, calls });
      return supernet.networks.reduce(
        (sum, { task, lossWeight }) => sum + lossWeight * outputs[`loss/${task.id}`]!.data[0]!,
        0,
      );
    };
    expect(await loss(10)).toBeLessThan(0.8 * (await loss(1)));
  });

  it('does not touch the weights at learning rate 0', async () => {
    const { program, state, inputs, supernet } = setUp({}, 0);
    const after = await runProgram('onnx', program, { state, inputs });
    const trainable = supernet.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    expect(changed(state, after.state).filter((name) => trainable.includes(name))).toEqual([]);
  });
});
