import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32, openEngine } from '@taskweave/engine';
import { runProgram } from '@taskweave/engine/testing';
import { networkCost } from './cost.js';
import { extractDiscrete } from './extract.js';
import { inference, outputName } from './programs/inference.js';
import type { Supernet } from './supernet.js';
import { BATCH, IMAGE, TINY_SUPERNETS, randomInputs, tinySupernet, trainedParameters } from './testing.js';

/** Any set of kept edges, among them none and all. */
function masksOf({ edges: { length } }: Supernet): fc.Arbitrary<boolean[]> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(false, true).map((keep) => Array<boolean>(length).fill(keep)) },
    { weight: 4, arbitrary: fc.array(fc.boolean(), { minLength: length, maxLength: length }) },
  );
}

describe.each(TINY_SUPERNETS)('the discrete network of %s', (name, options) => {
  const supernet = tinySupernet(options);
  const parameters = trainedParameters(supernet);
  const batch = randomInputs(supernet);
  const count = supernet.edges.length;
  const masks = masksOf(supernet);

  it('has the logits of the supernet whose gates are 1 for kept edges and 0 for dropped ones', async () => {
    const engine = await openEngine({ id: 'onnx', threads: 2 });
    const gated = await engine.compile(
      inference(supernet, IMAGE, BATCH, { gated: true }),
      engine.createState(parameters),
    );
    await fc.assert(
      fc.asyncProperty(masks, async (kept) => {
        const onehot = float32([count], kept.map(Number));
        const expected = await gated.run({ ...batch, gates: onehot });
        const discrete = extractDiscrete(supernet, parameters, kept);
        const program = inference(discrete.network, IMAGE, BATCH, { gated: false });
        const { outputs } = await runProgram('onnx', program, { state: discrete.parameters, inputs: batch });
        for (const { task } of supernet.networks) {
          const logits = outputs[outputName(task.id)]!.data;
          expected[outputName(task.id)]!.data.forEach((value, i) => {
            expect(Math.abs(logits[i]! - value)).toBeLessThanOrEqual(1e-5);
          });
        }
      }),
      {
        numRuns: name === 'three tasks' ? 20 : 6,
        examples: [[Array<boolean>(count).fill(false)], [Array<boolean>(count).fill(true)]],
      },
    );
    await gated.dispose();
  });

  it('has parameters of the shapes that it declares, and costs what its dropped edges do not', () => {
    const full = networkCost(supernet);
    fc.assert(
      fc.property(masks, (kept) => {
        const discrete = extractDiscrete(supernet, parameters, kept);
        const shapes = Object.entries(discrete.parameters).map(([key, { shape }]) => [key, shape]);
        const declared = discrete.network.parameters.map(({ name: key, shape }) => [key, shape]);
        expect(Object.fromEntries(shapes)).toEqual(Object.fromEntries(declared));
        const dropped = supernet.edges.filter((_edge, i) => !kept[i]);
        const cost = networkCost(discrete.network);
        expect(full.params - cost.params).toBe(dropped.reduce((sum, { params }) => sum + params, 0));
        expect(full.macs - cost.macs).toBe(dropped.reduce((sum, { macs }) => sum + macs, 0));
      }),
      { numRuns: 30 },
    );
  });
});

describe('extraction', () => {
  it('of single-task networks is what they are', () => {
    const single = tinySupernet({ method: 'single-task' });
    const values = trainedParameters(single);
    const discrete = extractDiscrete(single, values, []);
    expect(discrete.parameters).toEqual(values);
    expect(discrete.network.fused).toBe(false);
  });

  it('names a parameter that is missing', () => {
    const supernet = tinySupernet();
    const incomplete = trainedParameters(supernet);
    delete incomplete['right/conv2_1/weight'];
    const kept = supernet.edges.map(() => true);
    expect(() => extractDiscrete(supernet, incomplete, kept)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', subject: 'right/conv2_1/weight' }),
    );
  });
});
