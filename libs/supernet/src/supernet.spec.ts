import { describe, expect, it } from 'vitest';
import { initialValues, type Backbone } from '@taskweave/backbones';
import { float32, tf, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { candidateEdges } from '@taskweave/search-space';
import { inference, outputName } from './programs/inference.js';
import { Supernet, type TaskNetwork } from './supernet.js';
import { BATCH, IMAGE, randomInputs, tinySupernet, trainedParameters } from './testing.js';

const EPSILON = 1e-3;

/** Layers of one number each, layer(v) = relu(a·v + b), all in one block, and a head that hands it through. */
function scalarNetwork(task: string, layers: readonly (readonly [a: number, b: number])[]): TaskNetwork {
  const backbone: Backbone = {
    stages: layers.map((_, i) => ({ name: `layer${i}`, channels: 1, height: 1, width: 1, block: 0 })),
    parameters: [],
    macs: layers.length,
    headMacs: 0,
    stage(_, index, x) {
      const [a, b] = layers[index]!;
      return tf.relu(tf.add(tf.mul(x, a), b));
    },
    head: (_, features) => tf.reshape(features, [1]),
  };
  return { task: { id: task, kind: 'classification', outputs: 1 }, lossWeight: 1, backbone };
}

/** Both networks of the MTL-NAS worked example, up to some depth. */
function example(depth: number): Supernet {
  const networks = [
    scalarNetwork('A', [[2, 0.5] as const, [-1, 3] as const].slice(0, depth)),
    scalarNetwork('B', [[-1, 2] as const, [1.5, 0.25] as const].slice(0, depth)),
  ];
  const declarations = networks.map(({ task, backbone: { stages } }) => ({ task: task.id, stages }));
  return new Supernet({
    networks,
    edges: candidateEdges(declarations, { depthLimit: 3 }),
    fusion: { init: [0.8, 0.2], epsilon: EPSILON, momentum: 0.05 },
  });
}

/** Gate of every edge of the MTL-NAS worked example. */
const GATES: Record<string, number> = {
  'B/layer0->A/layer0': 0.5,
  'B/layer0->A/layer1': 0.25,
  'B/layer1->A/layer1': 1,
  'A/layer0->B/layer0': 1,
  'A/layer0->B/layer1': 0,
  'A/layer1->B/layer1': 0.5,
};

describe.each(TESTED_ENGINES)('the wiring of the MTL-NAS worked example on %s', (engine) => {
  // Fusing post-fusion features instead, or both networks one after the other, gives other numbers.
  it.each([
    [1, 2.1, 1.3],
    [2, 0.965, 1.805],
  ])('after %i layers', async (depth, a, b) => {
    const supernet = example(depth);
    const state = initialValues(supernet.parameters, 1);
    // With this variance evaluation normalises nothing away.
    for (const name of Object.keys(state).filter((key) => key.endsWith('/variance'))) {
      state[name] = float32([1], [1 - EPSILON]);
    }
    const program: Program = {
      name: 'wiring',
      inputs: {
        image: { dtype: 'float32', shape: [1, 1, 1, 1] },
        gates: { dtype: 'float32', shape: [supernet.edges.length] },
      },
      reads: Object.keys(state),
      run: (parameters, { image, gates }) => ({
        outputs: supernet.forward(parameters, image!, { training: false, gates: gates! }).outputs,
      }),
    };
    const inputs = {
      image: float32([1, 1, 1, 1], [1]),
      gates: float32(
        [supernet.edges.length],
        supernet.edges.map(({ id }) => GATES[id]!),
      ),
    };
    const { outputs } = await runProgram(engine, program, { state, inputs });
    expect(outputs['A']!.data[0]).toBeCloseTo(a, 6);
    expect(outputs['B']!.data[0]).toBeCloseTo(b, 6);
  });
});

describe('a supernet', () => {
  it.each([
    [2, 8],
    [3, 24],
  ])('of %i tasks has %i edges and an output for every task', async (tasks, edges) => {
    const supernet = tinySupernet({ tasks });
    expect(supernet.edges).toHaveLength(edges);
    const names = supernet.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const { outputs } = await runProgram('onnx', inference(supernet, IMAGE, BATCH, { gated: true }), {
      state: trainedParameters(supernet),
      inputs: randomInputs(supernet),
    });
    for (const { task } of supernet.networks) {
      expect(outputs[outputName(task.id)]!.shape).toEqual([BATCH, 5]);
      expect(outputs[outputName(task.id)]!.data.every(Number.isFinite)).toBe(true);
    }
  });

  it('joins the networks by open gates only', async () => {
    const supernet = tinySupernet({ tasks: 3 });
    const program = inference(supernet, IMAGE, BATCH, { gated: true });
    const parameters = trainedParameters(supernet);
    const name = 'left/conv1_1/weight';
    const changed = { ...parameters, [name]: float32([3, 3, 1, 3], new Float32Array(27)) };
    const outputs = async (state: HostTensors, gate: number) => {
      const gates = float32([24], new Float32Array(24).fill(gate));
      const result = await runProgram('onnx', program, {
        state,
        inputs: { ...randomInputs(supernet), gates },
      });
      return ['left', 'right', 'third'].map((task) => [...result.outputs[outputName(task)]!.data]);
    };
    const differs = async (gate: number) => {
      const [before, after] = [await outputs(parameters, gate), await outputs(changed, gate)];
      return before.map((logits, task) => logits.join() !== after[task]!.join());
    };
    expect(await differs(0)).toEqual([true, false, false]);
    expect(await differs(1)).toEqual([true, true, true]);
  });
});
