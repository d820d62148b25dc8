import { expectCloseTensors, runProgram } from '@taskweave/engine/testing';
import { describe, expect, it } from 'vitest';
import { BATCH, IMAGE, randomInputs, tinySupernet, trainedParameters } from '../testing.js';
import { architectureStep } from './architecture-step.js';
import { inference } from './inference.js';
import { measureBatch } from './measure-batch.js';

const supernet = tinySupernet();
const state = trainedParameters(supernet);
const inputs = randomInputs(supernet);

const run = (training: boolean, gradients: boolean) =>
  runProgram('onnx', measureBatch(supernet, IMAGE, BATCH, { training, gradients }), { state, inputs });

describe.each([true, false])('measuring a batch, training %s', (training) => {
  it('equals the oracle, and changes no state', async () => {
    const program = measureBatch(supernet, IMAGE, BATCH, { training, gradients: true });
    const traced = await run(training, true);
    const oracle = await runProgram('cpu', program, { state, inputs });
    expectCloseTensors(traced.outputs, oracle.outputs, 1e-4);
    expect(traced.state).toEqual(state);
  });

  it('gives the same outputs and losses without gradients', async () => {
    const { gateGradient, ...others } = (await run(training, true)).outputs;
    expect(gateGradient!.shape).toEqual([supernet.edges.length]);
    expectCloseTensors((await run(training, false)).outputs, others, 1e-6);
  });
});

it('measures what the architecture step and inference compute', async () => {
  const program = architectureStep(supernet, IMAGE, BATCH);
  const step = await runProgram('onnx', program, { state, inputs });
  expect((await run(true, true)).outputs).toMatchObject(step.outputs);
  const soft = inference(supernet, IMAGE, BATCH, { gated: true });
  expectCloseTensors(
    (await run(false, false)).outputs,
    (await runProgram('onnx', soft, { state, inputs })).outputs,
    1e-6,
  );
});
