import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSpecYaml } from './format-spec.js';
import { findPreset } from './presets/find-preset.js';
import { PRESETS } from './presets/index.js';
import { parseSpecYaml, resolveSpec } from './resolve-spec.js';
import { testPlugins } from './test-plugins.js';

const file = (text: string) => ({ name: 'search.yaml', text });

describe('resolveSpec', () => {
  it.each(PRESETS.map((preset) => preset.name))('accepts preset %s as it is', (preset) => {
    expect(resolveSpec({ preset }, testPlugins).tasks).toHaveLength(preset === 'planted' ? 4 : 2);
  });

  it('starts from the default preset', () => {
    const spec = resolveSpec({}, testPlugins);
    expect(spec.strategy.options).toMatchObject({
      learningRate: 0.02,
      entropy: { weight: 10 },
    });
    expect(spec).toEqual(resolveSpec({ preset: 'multi-mnist' }, testPlugins));
  });

  it('lets each layer override those before it', () => {
    const layers = {
      preset: 'multi-mnist-smoke',
      file: file('steps: 30\nseed: 2\noptimizer: {momentum: 0.5}\ndata: {batchSize: 8}\n'),
      assignments: ['steps=40', 'seed=3', 'optimizer.power=2'],
      seed: 4,
    };
    const spec = resolveSpec(layers, testPlugins);
    expect(spec).toMatchObject({ name: 'smoke', steps: 40, seed: 4 });
    expect(spec.optimizer).toMatchObject({ learningRate: 0.05, momentum: 0.5, power: 2 });
    expect(spec.data).toMatchObject({ batchSize: 8, options: { trainLimit: 1000 } });
    expect(resolveSpec({ ...layers, steps: 7 }, testPlugins).steps).toBe(7);
  });

  it("does not hand one plug-in's options to another", () => {
    const text = 'data: {set: rooms}\nstrategy: {id: fixed}\ntasks: [{id: depth}, {id: scene}]\n';
    const spec = resolveSpec({ preset: 'multi-mnist-smoke', file: file(text) }, testPlugins);
    expect(spec.data).toMatchObject({ batchSize: 16, options: { relatedness: 0.5 } });
    expect(spec.strategy).toEqual({ id: 'fixed', options: { edges: [] } });
  });

  it('leaves tasks that only the opened data set knows to the data loader', () => {
    const text = 'data: {set: folder}\ntasks: [{id: roof}, {id: age}]\n';
    expect(resolveSpec({ file: file(text) }, testPlugins).tasks.map(({ id }) => id)).toEqual(['roof', 'age']);
  });

  it('takes paths in a file as relative to it, those on the command line to the working folder', () => {
    const text =
      'initialWeights: vgg.safetensors\ntasks: [{id: left, initialWeights: ../runs/a}, {id: right}]\n';
    const layers = { file: { name: '/projects/configs/search.yaml', text } };
    const spec = resolveSpec(layers, testPlugins);
    expect(spec.initialWeights).toBe('/projects/configs/vgg.safetensors');
    expect(spec.tasks.map((task) => task.initialWeights)).toEqual(['/projects/runs/a', undefined]);
    const assignments = ['initialWeights=other', 'tasks[1].initialWeights=/b'];
    const assigned = resolveSpec({ ...layers, assignments }, testPlugins);
    expect(assigned.initialWeights).toBe(resolve('other'));
    expect(assigned.tasks.map((task) => task.initialWeights)).toEqual(['/projects/runs/a', '/b']);
    // So the resolved config starts the same search wherever it lies.
    expect(parseSpecYaml(formatSpecYaml(spec), '/runs/x/spec.yaml', testPlugins)).toEqual(spec);
  });

  it.each([
    'initialWeights: 3',
    'initialWeights: ""',
    'tasks: [{id: left, initialWeights: []}, {id: right}]',
  ])('refuses %s', (text) => {
    expect(() => resolveSpec({ file: file(text) }, testPlugins)).toThrow(
      /initialWeights: found .*, expected the path of a file or folder \(search.yaml, line 1/,
    );
  });

  it('points into the file only for what the file says', () => {
    const layers = { file: file('steps: 5\nseed: -1\n'), assignments: ['steps=0'] };
    let message = '';
    try {
      resolveSpec(layers, testPlugins);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split('\n').find((line) => line.startsWith('  steps'))).not.toContain('search.yaml');
    expect(message.split('\n').find((line) => line.startsWith('  seed'))).toContain(
      '(search.yaml, line 2, column 7)',
    );
  });

  it('names the nearest preset', () => {
    expect(() => findPreset('multi-minst')).toThrowError(/did you mean 'multi-mnist'\?/);
    expect(() => findPreset('nothing-like-it')).toThrowError('There is no preset of this name.');
  });
});
