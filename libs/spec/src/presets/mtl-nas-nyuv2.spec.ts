import { describe, expect, it } from 'vitest';
import { resolveSpec } from '../resolve-spec.js';
import { testPlugins } from '../test-plugins.js';
import { mtlNasNyuv2Presets } from './mtl-nas-nyuv2.js';

const NAME = 'mtl-nas-nyuv2-vgg16';
const resolve = (preset: string) => resolveSpec({ preset }, testPlugins);
/** Everything but the name, which always differs. */
const settings = (preset: string) => ({ ...resolve(preset), name: '' });
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

  it('start from the published settings', () => {
    expect(resolve(NAME)).toMatchObject({
      steps: 20_001,
      data: { set: 'nyuv2', batchSize: 10, trainSplit: 0.5, mixed: true },
      tasks: [
        { id: 'segmentation', lossWeight: 1 },
        { id: 'normals', lossWeight: 20 },
      ],
      fusion: { init: [1, 0], epsilon: 1e-3, momentum: 0.05 },
      strategy: {
        options: {
          architectureOptimizer: 'adam',
          learningRate: 1e-3,
          entropy: { enabled: true, weight: 10, period: [0, 0] },
          l1: { enabled: false },
        },
      },
      optimizer: {
        learningRate: 1e-3,
        momentum: 0.9,
        weightDecay: 2.5e-4,
        schedule: 'poly',
        power: 0.9,
        fusionFactor: 100,
        classifierWeightFactor: 10,
        classifierBiasFactor: 20,
      },
    });
  });

  it.each(['d-relax-s-discre-entropy', 'init-1.0-0.0'])('%s is the published default', (name) => {
    expect(settings(`${NAME}/${name}`)).toEqual(settings(NAME));
  });

  it('all others differ from each other', () => {
    const distinct = new Set(mtlNasNyuv2Presets.map(({ name }) => JSON.stringify(settings(name))));
    expect(distinct.size).toBe(20 - 2);
  });

  it.each<[string, string, object]>([
    ['d-relax-d-discre', 'gates', { architectureGates: 'sigmoid', weightGates: 'sigmoid' }],
    ['s-relax-d-discre', 'gates', { architectureGates: 'concrete', weightGates: 'sigmoid' }],
    ['s-relax-s-discre', 'entropy', { entropy: { enabled: false, weight: 10, period: [0, 0] } }],
    ['arch-lr-1000x', 'learning rate', { learningRate: 1 }],
  ])('%s changes the %s', (name, _, options) => {
    expect(resolve(`${NAME}/${name}`).strategy.options).toMatchObject(options);
  });

  it('can start fusion nodes at random', () => {
    expect(resolve(`${NAME}/init-random`).fusion.init).toBe('kaiming');
    expect(resolve(`${NAME}/init-0.2-0.8`).fusion.init).toEqual([0.2, 0.8]);
  });
});
