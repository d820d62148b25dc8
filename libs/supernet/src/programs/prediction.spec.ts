import { expect, it } from 'vitest';
import { runProgram } from '@taskweave/engine/testing';
import { BATCH, IMAGE, randomInputs, tinySupernet, trainedParameters } from '../testing.js';
import { inference } from './inference.js';
import { prediction } from './prediction.js';

it.each([true, false])(
  'prediction needs no labels and gives what inference does, gated: %s',
  async (gated) => {
    const supernet = tinySupernet({ tasks: 2 });
    const state = trainedParameters(supernet);
    const { gates, ...batch } = randomInputs(supernet);
    const extra = gated ? { gates: gates! } : {};
    const scored = await runProgram('onnx', inference(supernet, IMAGE, BATCH, { gated }), {
      state,
      inputs: { ...batch, ...extra },
    });
    const predicted = await runProgram('onnx', prediction(supernet, IMAGE, BATCH, { gated }), {
      state,
      inputs: { image: batch['image']!, ...extra },
    });
    const names = Object.keys(predicted.outputs);
    expect(names).toHaveLength(2);
    for (const name of names) expect(predicted.outputs[name]).toEqual(scored.outputs[name]);
  },
);
