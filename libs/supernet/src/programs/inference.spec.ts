import { describe, expect, it } from 'vitest';
import { float32 } from '@taskweave/engine';
import { expectCloseTensors, runProgram } from '@taskweave/engine/testing';
import { BATCH, IMAGE, randomInputs, tinySupernet, trainedParameters } from '../testing.js';
import { inference } from './inference.js';

describe('inference', () => {
  const supernet = tinySupernet({ tasks: 3 });
  const state = trainedParameters(supernet);
  const { gates, ...batch } = randomInputs(supernet);
  const program = (gated: boolean) => inference(supernet, IMAGE, BATCH, { gated });

  it('equals the oracle, and changes no state', async () => {
    const inputs = { ...batch, gates: gates! };
    const traced = await runProgram('onnx', program(true), { state, inputs });
    const oracle = await runProgram('cpu', program(true), { state, inputs });
    expectCloseTensors(traced.outputs, oracle.outputs, 1e-5);
    expect(traced.state).toEqual(state);
  });

  it('without gates is that with all gates fully open', async () => {
    const open = float32(gates!.shape, new Float32Array(gates!.data.length).fill(1));
    const gated = await runProgram('onnx', program(true), { state, inputs: { ...batch, gates: open } });
    const ungated = await runProgram('onnx', program(false), { state, inputs: batch });
    expectCloseTensors(ungated.outputs, gated.outputs, 1e-6);
  });

  it('gives an example the same output whatever else is in its batch', async () => {
    const run = async (image: Float32Array) => {
      const inputs = { ...batch, image: float32([BATCH, ...IMAGE], image) };
      const { outputs } = await runProgram('onnx', program(false), { state, inputs });
      return [...outputs['output/left']!.data.subarray(0, 5)];
    };
    const image = Float32Array.from(batch['image']!.data);
    const first = await run(image);
    image.fill(3, image.length / BATCH);
    expect(await run(image)).toEqual(first);
  });
});
