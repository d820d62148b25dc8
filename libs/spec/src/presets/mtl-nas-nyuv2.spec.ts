import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../run-spec.js';
import { resolveSpec } from '../resolve-spec.js';
import { testPlugins } from '../test-plugins.js';
import { mtlNasNyuv2Presets } from './mtl-nas-nyuv2.js';

const NAME = 'mtl-nas-nyuv2-vgg16';
const resolve = (preset: string) => resolveSpec({ preset }, testPlugins);
/** Everything but the name, which always differs. */
const settings = (preset: string) => ({ ...resolve(preset), name: '' });
/** The published settings with other options of the strategy. */
const changed = (options: Record<string, unknown>) => {
  const { strategy, ...others } = settings(NAME);
  return { ...others, strategy: { ...strategy, options: { ...strategy.options, ...options } } };
};
const variants = mtlNasNyuv2Presets.map(({ name }) => name).filter((name) => name !== NAME);

describe('the presets of MTL-NAS on NYU v2', () => {
  it('are the published default, 8 search algorithms, 3 learning rates and 8 fusion inits', () => {
    const count = (pattern: RegExp) => variants.filter((name) => pattern.test(name)).length;
    expect(count(/\/[ds]-relax-[ds]-discre(-entropy)?$/)).toBe(8);
    expect(count(/\/arch-lr-1(0|00|000)x$/)).toBe(3);
    expect(count(/\/init-/)).toBe(8);
    expect(variants).toHaveLength(19);
    expect(new Set(mtlNasNyuv2Presets.map(({ name }) => resolve(name).name)).size).toBe(20);
  });

  // Right: key and value of the authors' configuration files, most of them its defaults.
  it.each<[string, unknown, string]>([
    ['seed', 1, 'SEED 1'],
    ['steps', 20_001, 'TRAIN.STEPS 20001'],
    ['data.batchSize', 10, 'TRAIN.BATCH_SIZE 10'],
    ['data.trainSplit', 0.5, 'ARCH.TRAIN_SPLIT 0.5'],
    ['data.mixed', true, 'ARCH.MIXED_DATA True'],
    ['tasks.1.lossWeight', 20, 'TRAIN.TASK2_FACTOR 20'],
    ['fusion.init', [1, 0], 'MODEL.INIT (1., 0.)'],
    ['fusion.momentum', 0.05, 'MODEL.BATCH_NORM_MOMENTUM 0.05'],
    ['optimizer.learningRate', 0.001, 'TRAIN.LR .001'],
    ['optimizer.momentum', 0.9, 'TRAIN.MOMENTUM 0.9'],
    ['optimizer.weightDecay', 0.00025, 'TRAIN.WEIGHT_DECAY 0.00025'],
    ['optimizer.schedule', 'poly', 'TRAIN.SCHEDULE Poly'],
    ['optimizer.power', 0.9, 'TRAIN.POWER 0.9'],
    ['optimizer.warmupSteps', 0, 'TRAIN.WARMUP 0'],
    ['optimizer.fusionFactor', 100, 'TRAIN.NDDR_FACTOR 100'],
    ['optimizer.classifierWeightFactor', 10, 'TRAIN.FC8_WEIGHT_FACTOR 10'],
    ['optimizer.classifierBiasFactor', 20, 'TRAIN.FC8_BIAS_FACTOR 20'],
    ['strategy.options.architectureOptimizer', 'adam', 'ARCH.OPTIMIZER (none: Adam)'],
    ['strategy.options.learningRate', 0.001, 'ARCH.LR .001'],
    ['strategy.options.weightDecay', 0.001, 'ARCH.WEIGHT_DECAY 0.001'],
    ['strategy.options.temperature', { start: 1, end: 0, period: [0, 1], power: 2 }, 'ARCH.TEMPERATURE_*'],
    ['strategy.options.entropy', { enabled: true, weight: 10, period: [0, 0] }, 'ARCH.ENTROPY_*'],
    ['strategy.options.l1.enabled', false, 'ARCH.L1_REGULARIZATION False'],
    ['strategy.options.architectureGates', 'sigmoid', 'ARCH.HARD_ARCH_TRAINING False'],
    ['strategy.options.weightGates', 'concrete', 'ARCH.HARD_WEIGHT_TRAINING True'],
    ['strategy.options.evaluationGates', 'onehot', 'ARCH.HARD_EVAL True'],
    ['evaluation.every', 1000, 'TRAIN.EVAL_INTERVAL 1000'],
  ])('have %s %j, as the release: %s', (path, value) => {
    expect(resolve(NAME)).toHaveProperty(path, value);
  });

  it.each(['d-relax-s-discre-entropy', 'init-1.0-0.0'])('%s is the published default', (name) => {
    expect(settings(`${NAME}/${name}`)).toEqual(settings(NAME));
  });

  it('all others differ from each other', () => {
    const distinct = new Set(mtlNasNyuv2Presets.map(({ name }) => JSON.stringify(settings(name))));
    expect(distinct.size).toBe(20 - 2);
  });

  // D/S_Relax: gates of the architecture pass; D/S_Discre: of the weight pass.
  it.each([
    ['d-relax-d-discre', 'sigmoid', 'sigmoid'],
    ['d-relax-s-discre', 'sigmoid', 'concrete'],
    ['s-relax-d-discre', 'concrete', 'sigmoid'],
    ['s-relax-s-discre', 'concrete', 'concrete'],
  ])(
    '%s: %s gates in the architecture pass, %s in the weight pass',
    (name, architectureGates, weightGates) => {
      for (const [suffix, enabled] of [
        ['', false],
        ['-entropy', true],
      ] as const) {
        expect(settings(`${NAME}/${name}${suffix}`)).toEqual(
          changed({ architectureGates, weightGates, entropy: { enabled, weight: 10, period: [0, 0] } }),
        );
      }
    },
  );

  it.each([
    ['arch-lr-10x', 0.01],
    ['arch-lr-100x', 0.1],
    ['arch-lr-1000x', 1],
  ])('%s: an architecture learning rate of %s', (name, learningRate) => {
    expect(settings(`${NAME}/${name}`)).toEqual(changed({ learningRate }));
  });

  it.each<[string, RunSpec['fusion']['init']]>([
    ['init-0.0-1.0', [0, 1]],
    ['init-0.1-0.9', [0.1, 0.9]],
    ['init-0.2-0.8', [0.2, 0.8]],
    ['init-0.5-0.5', [0.5, 0.5]],
    ['init-0.8-0.2', [0.8, 0.2]],
    ['init-0.9-0.1', [0.9, 0.1]],
    ['init-random', 'kaiming'],
  ])('%s: fusion nodes that start with %j', (name, init) => {
    const published = settings(NAME);
    expect(settings(`${NAME}/${name}`)).toEqual({ ...published, fusion: { ...published.fusion, init } });
  });
});
