import { describe, expect, it } from 'vitest';
import { compile, float32, openEngine, type Program } from '@taskweave/engine';
import { expectCloseTensors, relativeError, runProgram } from '@taskweave/engine/testing';
import {
  BATCH,
  IMAGE,
  TINY_SUPERNETS,
  randomInputs,
  tinySupernet,
  trainedState,
  type TinyOptions,
} from '../testing.js';
import { architectureStep } from './architecture-step.js';
import { weightStep } from './weight-step.js';

function setUp(options: TinyOptions) {
  const supernet = tinySupernet(options);
  return {
    supernet,
    program: architectureStep(supernet, IMAGE, BATCH),
    state: trainedState(supernet),
    inputs: randomInputs(supernet),
  };
}

const bytes = (data: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('the architecture step', () => {
  it.each(TINY_SUPERNETS)(
    'of %s equals the oracle in gradient, losses and statistics',
    async (_, options) => {
      const { program, state, inputs } = setUp(options);
      const traced = await runProgram('onnx', program, { state, inputs });
      const oracle = await runProgram('cpu', program, { state, inputs });
      expectCloseTensors(traced.outputs, oracle.outputs, 1e-4);
      expectCloseTensors(traced.state, oracle.state, 1e-5);
    },
  );

  it('changes running statistics and nothing else', async () => {
    const { program, supernet, state, inputs } = setUp({});
    const after = await runProgram('onnx', program, { state, inputs });
    const changed = Object.keys(state).filter(
      (name) => Buffer.compare(bytes(state[name]!.data), bytes(after.state[name]!.data)) !== 0,
    );
    const statistics = supernet.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name);
    expect(changed.sort()).toEqual(statistics.sort());
  });

  it.each([
    ['two tasks', 'cpu'],
    ['three tasks', 'onnx'],
    ['three networks of other depths and channels, with edges across blocks', 'onnx'],
  ] as const)('of %s gives the slope of the weighted loss by each gate on %s', async (name, id) => {
    const [, options] = TINY_SUPERNETS.find(([known]) => known === name)!;
    const { program, supernet, state, inputs } = setUp(options);
    const engine = await openEngine({ id, threads: 2 });
    const step = await engine.compile(program, engine.createState(state));
    const gates = inputs['gates']!.data;
    const loss = async (gate: number, by: number): Promise<number> => {
      const moved = Float32Array.from(gates, (g, i) => (i === gate ? g + by : g));
      const outputs = await step.run({ ...inputs, gates: float32([gates.length], moved) });
      return supernet.networks.reduce(
        (sum, { task, lossWeight }) => sum + lossWeight * outputs[`loss/${task.id}`]!.data[0]!,
        0,
      );
    };
    // Wider steps cross kinks of ReLU and pool, narrower ones drown in float32.
    const width = 2 ** -12;
    const slopes: number[] = [];
    for (let gate = 0; gate < gates.length; gate++) {
      slopes.push(((await loss(gate, width)) - (await loss(gate, -width))) / (2 * width));
    }
    const { gateGradient } = await step.run(inputs);
    expect(relativeError(gateGradient!.data, slopes)).toBeLessThan(0.01);
  });
});

/** How many products of each kind a compiled program holds. */
function products(program: Program, state: ReturnType<typeof trainedState>) {
  const { nodes } = compile(program, state).model;
  const count = (stem: string) => nodes.filter(({ name }) => name.includes(stem)).length;
  return {
    filterGradients: count('Conv2DBackpropFilter/ReduceSum'),
    /** Those of kernels larger than 1x1 look at the input as it lies under each tap. */
    taps: count('Conv2DBackpropFilter/Slice'),
    dense: count('BatchMatMul/MatMul'),
  };
}

describe('the compiled architecture step', () => {
  it.each([2, 3])('of %i tasks takes no gradient of a weight of backbone or head', (tasks) => {
    const { supernet, program, state } = setUp({ tasks });
    const sgd = {
      momentum: 0.9,
      weightDecay: 0,
      fusionFactor: 1,
      classifierWeightFactor: 1,
      classifierBiasFactor: 1,
    };
    // Three stages and two dense layers a task; every fusion kernel has gates, whose gradients pass through it.
    expect(products(program, state)).toEqual({
      filterGradients: 3 * tasks,
      taps: 0,
      dense: 2 * 2 * tasks,
    });
    expect(products(weightStep(supernet, IMAGE, BATCH, sgd), state)).toEqual({
      filterGradients: 2 * 3 * tasks,
      taps: 9 * 3 * tasks,
      dense: 3 * 2 * tasks,
    });
  });
});
