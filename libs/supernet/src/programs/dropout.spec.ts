import { describe, expect, it } from 'vitest';
import { initialValues, type ImageShape } from '@taskweave/backbones';
import { float32, int32, openEngine } from '@taskweave/engine';
import { normal, runProgram } from '@taskweave/engine/testing';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from '../build-supernet.js';
import { TrainingPasses } from '../micro-batches/training-passes.js';
import { architectureStep } from './architecture-step.js';
import { inference } from './inference.js';
import { labelName, lossName } from './batch.js';
import { initialSlots } from '../optimizer/sgd.js';
import { weightStep } from './weight-step.js';

const IMAGE: ImageShape = [16, 16, 3];
const tasks = ['rooms', 'normals'].map((id): TaskDeclaration => ({
  id,
  kind: 'surface-normals',
  outputs: 3,
}));
const backbone = { id: 'vgg16-deeplab-lfov', options: { width: 1 / 32 } };
const spec = runSpecSchema.parse({ tasks: tasks.map(({ id }) => ({ id, backbone })) });
const supernet = buildSupernet({
  spec,
  method: 'search',
  tasks,
  imageShape: IMAGE,
});
const state = { ...initialValues(supernet.parameters, 1), ...initialSlots(supernet.parameters) };
const batch = {
  image: normal('image', [2, ...IMAGE]),
  ...Object.fromEntries(tasks.map(({ id }) => [labelName(id), normal(id, [2, ...IMAGE])])),
  gates: float32([supernet.edges.length], new Float32Array(supernet.edges.length).fill(0.5)),
};
const SGD = {
  momentum: 0.9,
  weightDecay: 0,
  fusionFactor: 1,
  classifierWeightFactor: 1,
  classifierBiasFactor: 1,
};

const lossAt = async (pass: 'architecture' | 'weights', step: number, dropoutSeed = 1) => {
  const dropout = { dropoutSeed };
  const program =
    pass === 'weights'
      ? weightStep(supernet, IMAGE, 2, SGD, dropout)
      : architectureStep(supernet, IMAGE, 2, dropout);
  const inputs = {
    ...batch,
    step: int32([], [step]),
    ...(pass === 'weights' && { learningRate: float32([], [0]) }),
  };
  const { outputs } = await runProgram('onnx', program, { state, inputs });
  return outputs[lossName('rooms')]!.data[0]!;
};

describe('dropout of the training passes', () => {
  it('is a function of seed, step and pass', async () => {
    const loss = await lossAt('weights', 5);
    expect(await lossAt('weights', 5)).toBe(loss);
    const others = [
      await lossAt('weights', 6),
      await lossAt('weights', 5, 2),
      await lossAt('architecture', 5),
    ];
    expect(new Set([loss, ...others]).size).toBe(4);
  });

  it('is off, and wants no step, without a seed and in evaluation', () => {
    expect(weightStep(supernet, IMAGE, 2, SGD).inputs).not.toHaveProperty('step');
    expect(architectureStep(supernet, IMAGE, 2).inputs).not.toHaveProperty('step');
    expect(inference(supernet, IMAGE, 2, { gated: true }).inputs).not.toHaveProperty('step');
  });

  it('differs from micro-batch to micro-batch', async () => {
    const engine = await openEngine({ id: 'onnx', threads: 2 });
    const data = { ...spec.data, batchSize: 4, microBatches: 2 };
    const plan = { spec: { ...spec, data }, imageShape: IMAGE };
    const passes = new TrainingPasses({ supernet, plan, engine, state: engine.createState(state) });
    const { gates, ...images } = batch;
    // The same two examples in both.
    const twice = Object.fromEntries(
      Object.entries(images).map(
        ([
          name,
          {
            shape: [, ...rest],
            data: once,
          },
        ]) => [name, float32([4, ...rest], [...once, ...once])],
      ),
    );
    const { losses } = await passes.architecture(twice, [...gates.data], 3);
    await passes.dispose();
    await engine.dispose();
    const [first, second] = [await lossAt('architecture', 6), await lossAt('architecture', 7)];
    expect(first).not.toBe(second);
    expect(losses['rooms']).toBeCloseTo((first + second) / 2, 6);
  });
});
