/** What the tests of all backbones have in common. */
import { expect } from 'vitest';
import { tf, type Program } from '@taskweave/engine';
import { expectEqualEngines, normal } from '@taskweave/engine/testing';
import type { Backbone, ImageShape } from './backbone.js';
import { forwardContext } from './forward-context.js';
import { initialValues } from './parameters.js';

/**
 * Expects every stage and the head of a backbone to take what the stage before declares, to give what it declares
 * itself, and to equal the oracle in value and running statistics. Each gets two maps of noise for input: through a deep
 * chain of normalisations over a few pixels rounding errors would grow.
 *
 * @returns the shape of the prediction
 */
export async function expectStagesLikeOracle(backbone: Backbone, imageShape: ImageShape): Promise<number[]> {
  const state = initialValues(backbone.parameters, 1);
  const shapes = [
    imageShape,
    ...backbone.stages.map(({ height, width, channels }) => [height, width, channels]),
  ];
  const inputs = Object.fromEntries(
    shapes.map((shape, i) => [`input${i}`, normal(`input${i}`, [2, ...shape])]),
  );
  let predicted: number[] = [];
  const program: Program = {
    name: 'forward',
    inputs,
    reads: Object.keys(state),
    run(parameters, maps) {
      const context = forwardContext(parameters, {
        training: true,
        batchNorm: { epsilon: 1e-3, momentum: 0.05 },
      });
      const outputs: Record<string, tf.Tensor> = {};
      backbone.stages.forEach(({ name }, index) => {
        const output = backbone.stage(context, index, maps[`input${index}`]!);
        expect(output.shape, name).toEqual([2, ...shapes[index + 1]!]);
        outputs[name] = output;
      });
      const prediction = backbone.head(context, maps[`input${shapes.length - 1}`]!);
      predicted = prediction.shape;
      return { outputs: { ...outputs, prediction }, state: context.statistics };
    },
  };
  await expectEqualEngines(program, state, { inputs });
  return predicted;
}
