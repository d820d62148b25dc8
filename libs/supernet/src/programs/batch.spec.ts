import { describe, expect, it } from 'vitest';
import { float32, int32, tf, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { Supernet } from '../supernet.js';
import { BATCH, tinySupernet } from '../testing.js';
import { batchSpecs, labelName, lossName, readLosses, taskLosses } from './batch.js';

describe('a batch', () => {
  it('is an image and the labels of every task', () => {
    expect(batchSpecs(tinySupernet({ tasks: 3 }), [36, 36, 1], BATCH)).toEqual({
      image: { dtype: 'float32', shape: [4, 36, 36, 1] },
      'label/left': { dtype: 'int32', shape: [4] },
      'label/right': { dtype: 'int32', shape: [4] },
      'label/third': { dtype: 'int32', shape: [4] },
    });
  });
});

describe.each(TESTED_ENGINES)('the loss of all tasks on %s', (engine) => {
  it('is the weighted sum of the MTL-NAS worked example', async () => {
    const tiny = tinySupernet();
    const [segmentation, normals] = tiny.networks;
    const supernet = new Supernet({
      ...tiny,
      networks: [
        { ...segmentation!, lossWeight: 1 },
        { ...normals!, lossWeight: 20 },
      ],
    });
    const losses = [1.25, 0.18];
    const ids = supernet.networks.map(({ task }) => task.id);
    // The cross-entropy of two classes with logits 0 and x is ln(1 + e^x) for the first.
    const inputs = Object.fromEntries([
      ...ids.map((id, i) => [id, float32([1, 2], [0, Math.log(Math.expm1(losses[i]!))])] as const),
      ...ids.map((id) => [labelName(id), int32([1], [0])] as const),
    ]);
    const program: Program = {
      name: 'losses',
      inputs,
      reads: [],
      run(_, tensors) {
        const { total, byTask } = taskLosses(supernet, tensors, tensors);
        return { outputs: { total: tf.reshape(total, []), ...byTask } };
      },
    };
    const { outputs } = await runProgram(engine, program, { inputs });
    expect(outputs['total']!.data[0]).toBeCloseTo(4.85, 5);
    expect(Object.keys(outputs).sort()).toEqual([...ids.map(lossName), 'total'].sort());
    const byTask = readLosses(supernet, outputs);
    expect(Object.keys(byTask)).toEqual(ids);
    ids.forEach((id, i) => expect(byTask[id]).toBeCloseTo(losses[i]!, 6));
  });
});
