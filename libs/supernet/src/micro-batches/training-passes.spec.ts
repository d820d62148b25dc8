import { afterEach, describe, expect, it } from 'vitest';
import {
  float32,
  openEngine,
  tf,
  valueAndGradients,
  type HostTensors,
  type Program,
} from '@taskweave/engine';
import { TESTED_ENGINES, expectCloseTensors, relativeError, runProgram } from '@taskweave/engine/testing';
import { runSpecSchema, type RunSpec } from '@taskweave/spec';
import { initialAccumulators } from '../optimizer/accumulators.js';
import { momentumSlots, sgdUpdate } from '../optimizer/sgd.js';
import { architectureStep } from '../programs/architecture-step.js';
import { gateSpecs, batchSpecs, taskLosses } from '../programs/batch.js';
import { weightStep } from '../programs/weight-step.js';
import { BATCH, IMAGE, randomInputs, tinySupernet, trainedState } from '../testing.js';
import { microBatchSizes } from './split-batch.js';
import { TrainingPasses } from './training-passes.js';
import { trainingState } from './training-state.js';

const RATE = 0.05;
const STEPS = 2;

const supernet = tinySupernet();
const { gates: gateTensor, ...batch } = randomInputs(supernet);
const gates = [...gateTensor!.data];
const scalars = { gates: gateTensor!, learningRate: float32([], [RATE]) };
const state = trainedState(supernet);

const planOf = (microBatches: number, batchSize = BATCH) => ({
  spec: runSpecSchema.parse({
    data: { batchSize, microBatches },
    optimizer: { fusionFactor: 3, classifierBiasFactor: 5 },
  }),
  imageShape: IMAGE,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(id: RunSpec['engine']['id'], microBatches: number, stored: HostTensors = state) {
  const plan = planOf(microBatches);
  const engine = await openEngine({ id, threads: 2 });
  const engineState = engine.createState(trainingState(supernet, plan, stored));
  const passes = new TrainingPasses({ supernet, plan, engine, state: engineState });
  closing.push(async () => {
    await passes.dispose();
    await engine.dispose();
  });
  return { passes, state: engineState };
}

/** Both passes by their definition, in one program: each part's own gradients, their mean, and SGD. */
function byHand(microBatches: number, optimizer: RunSpec['optimizer']): Program {
  const { parameters } = supernet;
  const trainable = parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
  return {
    name: 'by-hand',
    inputs: {
      ...batchSpecs(supernet, IMAGE, BATCH),
      ...gateSpecs(supernet),
      learningRate: scalars.learningRate,
    },
    reads: [...parameters.map(({ name }) => name), ...momentumSlots(parameters)],
    run(before, { gates: gate, learningRate, ...whole }) {
      let statistics: Record<string, tf.Tensor> = {};
      const means: Record<string, tf.Tensor> = {};
      let begin = 0;
      for (const size of microBatchSizes(BATCH, microBatches)) {
        const part = Object.fromEntries(
          Object.entries(whole).map(([name, tensor]) => [
            name,
            tf.slice(
              tensor,
              tensor.shape.map((_, axis) => (axis === 0 ? begin : 0)),
              [size, ...tensor.shape.slice(1)],
            ),
          ]),
        );
        const variables = Object.fromEntries(trainable.map((name) => [name, before[name]!]));
        const { gradients, auxiliary } = valueAndGradients(
          ({ gates: opened, ...weights }) => {
            const forward = supernet.forward({ ...before, ...statistics, ...weights }, part['image']!, {
              training: true,
              gates: opened!,
            });
            const { total, byTask } = taskLosses(supernet, forward.outputs, part);
            return { value: total as tf.Scalar, auxiliary: { ...byTask, ...forward.statistics } };
          },
          { ...variables, gates: gate! },
        );
        const measured = Object.entries({ ...auxiliary, ...gradients });
        statistics = Object.fromEntries(
          measured.filter(([name]) => name in before && !trainable.includes(name)),
        );
        for (const [name, value] of measured) {
          if (name in statistics) continue;
          const term = tf.mul(value, size / BATCH);
          means[name] = means[name] === undefined ? term : tf.add(means[name], term);
        }
        begin += size;
      }
      const updated = sgdUpdate(parameters, before, means, learningRate!, optimizer);
      const losses = Object.entries(means).filter(([name]) => name.startsWith('loss/'));
      return {
        outputs: { ...Object.fromEntries(losses), gateGradient: means['gates']! },
        state: { ...updated, ...statistics },
      };
    },
  };
}

const lossesOf = (outputs: HostTensors) =>
  supernet.networks.map(({ task }) => outputs[`loss/${task.id}`]!.data[0]!);

// Four examples: in equal parts, and in parts of 2, 1 and 1.
describe.each([2, 3])('%i micro-batches', (microBatches) => {
  const program = byHand(microBatches, planOf(microBatches).spec.optimizer);
  const inputs = { ...batch, ...scalars };

  it.each(TESTED_ENGINES)('train as the mean gradient of the parts does on %s', async (id) => {
    const expected = await runProgram(id, program, { state, inputs, calls: STEPS });
    const training = await open(id, microBatches);
    let losses: Record<string, number> = {};
    for (let step = 0; step < STEPS; step++) {
      ({ losses } = await training.passes.weights(batch, gates, step, RATE));
    }
    expect(relativeError(Object.values(losses), lossesOf(expected.outputs))).toBeLessThan(1e-5);
    expectCloseTensors(
      await training.state.read(),
      { ...expected.state, ...initialAccumulators(supernet.parameters) },
      1e-5,
    );
  });

  it.each(TESTED_ENGINES)('give the mean gradient of the gates on %s', async (id) => {
    const { outputs } = await runProgram(id, program, { state, inputs });
    const training = await open(id, microBatches);
    const { gateGradients, losses } = await training.passes.architecture(batch, gates, 0);
    // The weights' gradients are in the other program too, so that it adds in another order.
    expect(relativeError(gateGradients, outputs['gateGradient']!.data)).toBeLessThan(1e-4);
    expect(relativeError(Object.values(losses), lossesOf(outputs))).toBeLessThan(1e-5);
  });

  it('go on to the same bits from parameters and slots alone', async () => {
    const whole = await open('onnx', microBatches);
    await whole.passes.weights(batch, gates, 0, RATE);
    const stored = await whole.state.read(Object.keys(state));
    await whole.passes.weights(batch, gates, 1, RATE);
    const resumed = await open('onnx', microBatches, stored);
    await resumed.passes.weights(batch, gates, 1, RATE);
    expect(await resumed.state.read()).toEqual(await whole.state.read());
  });
});

describe('one micro-batch', () => {
  it('is the weight step and the architecture step, to the bit', async () => {
    const { passes, state: after } = await open('onnx', 1);
    const { gateGradients } = await passes.architecture(batch, gates, 0);
    const { losses } = await passes.weights(batch, gates, 0, RATE);
    const { gates: gate } = scalars;
    const first = await runProgram('onnx', architectureStep(supernet, IMAGE, BATCH), {
      state,
      inputs: { ...batch, gates: gate },
    });
    const second = await runProgram('onnx', weightStep(supernet, IMAGE, BATCH, planOf(1).spec.optimizer), {
      state: first.state,
      inputs: { ...batch, ...scalars },
    });
    expect(gateGradients).toEqual([...first.outputs['gateGradient']!.data]);
    expect(Object.values(losses)).toEqual(lossesOf(second.outputs));
    expect(await after.read()).toEqual(second.state);
  });
});

describe('a batch of fewer examples than parts', () => {
  it('is worked through example by example', async () => {
    const few = Object.fromEntries(
      Object.entries(batch).map(
        ([
          name,
          {
            dtype,
            shape: [, ...rest],
            data,
          },
        ]) => [name, { dtype, shape: [1, ...rest], data: data.slice(0, data.length / BATCH) }],
      ),
    );
    const parts = await open('onnx', 4);
    const whole = await open('onnx', 1);
    const losses = await parts.passes.weights(few, gates, 0, RATE);
    expect(losses).toEqual(await whole.passes.weights(few, gates, 0, RATE));
    expectCloseTensors(await parts.state.read(Object.keys(state)), await whole.state.read(), 1e-6);
  });
});
