import { describe, expect, it } from 'vitest';
import { float32, type HostTensors } from '@taskweave/engine';
import { expectCloseTensors, runProgram } from '@taskweave/engine/testing';
import { BASELINE_METHODS, METHODS, runSpecSchema, type Method, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from '../build-supernet.js';
import { networkCost } from '../cost.js';
import { extractDiscrete } from '../extract.js';
import { passPrograms } from '../micro-batches/pass-programs.js';
import { inference, outputName } from '../programs/inference.js';
import { weightStep } from '../programs/weight-step.js';
import {
  BATCH,
  IMAGE,
  randomInputs,
  tinySupernet,
  trainedParameters,
  trainedState,
  type TinyOptions,
} from '../testing.js';
import { methods } from './registry.js';

const optimizer = {
  momentum: 0.9,
  weightDecay: 2.5e-4,
  fusionFactor: 3,
  classifierWeightFactor: 2,
  classifierBiasFactor: 5,
};

/** Even numbers of channels: the subspaces of `sluice` are halves. */
const tiny = (method: Method, options: TinyOptions = {}) =>
  tinySupernet({ channels: [[2], [4, 4]], ...options, method });

/** A network of the default spec for images of 36 x 36 pixels, with some of its fields changed. */
function build(method: Method, changes: object = {}, channels = 1) {
  const spec = runSpecSchema.parse({ method, ...changes });
  const tasks = spec.tasks.map(({ id }): TaskDeclaration => ({ id, kind: 'classification', outputs: 10 }));
  return buildSupernet({ spec, method, tasks, imageShape: [36, 36, channels] });
}

it('every method is registered under its name', () => {
  expect(Object.entries(methods).map(([name, { id }]) => [name, id])).toEqual(
    METHODS.map((method) => [method, method]),
  );
});

describe.each(BASELINE_METHODS)('%s', (method) => {
  it.each([2, 3])('of %i tasks trains to the losses and state of the oracle in two steps', async (tasks) => {
    const supernet = tiny(method, { tasks });
    const program = weightStep(supernet, IMAGE, BATCH, optimizer);
    const state = trainedState(supernet);
    const inputs = { ...randomInputs(supernet), learningRate: float32([], [0.01]) };
    const traced = await runProgram('onnx', program, { state, inputs, calls: 2 });
    const oracle = await runProgram('cpu', program, { state, inputs, calls: 2 });
    expectCloseTensors(traced.outputs, oracle.outputs, 1e-5);
    expectCloseTensors(traced.state, oracle.state, 1e-4);
    const untouched = Object.keys(state).filter(
      (name) => state[name]!.data.join() === traced.state[name]!.data.join(),
    );
    expect(untouched).toEqual([]);
  });

  it('has no gates and no architecture pass, and is its own discrete network', () => {
    const supernet = tiny(method);
    const plan = { spec: runSpecSchema.parse({}), imageShape: IMAGE };
    expect(supernet.gateCount).toBe(0);
    expect(weightStep(supernet, IMAGE, BATCH, optimizer).inputs).not.toHaveProperty('gates');
    expect(passPrograms(supernet, plan, 'architecture', BATCH)).toEqual([]);
    const parameters = trainedParameters(supernet);
    const discrete = extractDiscrete(
      supernet,
      parameters,
      supernet.edges.map(() => true),
    );
    expect(discrete).toEqual({ network: supernet, parameters });
  });
});

/** Multiplications of a fusion at the default stages, per pair of channels and per channel. */
const STAGES = [
  [8, 36 ** 2],
  [16, 18 ** 2],
  [16, 18 ** 2],
  [32, 9 ** 2],
  [32, 9 ** 2],
] as const;
const total = (count: (channels: number, area: number) => number) =>
  STAGES.reduce((sum, [channels, area]) => sum + count(channels, area), 0);

describe('the cost of the default networks', () => {
  const alone = networkCost(build('single-task'));
  const beside = (method: Method, changes?: object) => {
    const { params, macs } = networkCost(build(method, changes));
    return { params: params - alone.params, macs: macs - alone.macs };
  };

  it('with a shared trunk is that of one trunk less', () => {
    const trunk = {
      params: 9 * (1 * 8 + 8 * 16 + 16 * 16 + 16 * 32 + 32 * 32) + 2 * (8 + 16 + 16 + 32 + 32),
      macs: 9 * (8 * 36 ** 2 + (8 * 16 + 16 * 16) * 18 ** 2 + (16 * 32 + 32 * 32) * 9 ** 2),
    };
    expect(beside('shared-trunk')).toEqual({ params: -trunk.params, macs: -trunk.macs });
    const head = 512 * 64 + 2 * 64 + 64 * 10 + 10;
    expect(networkCost(build('shared-trunk')).params).toBe(trunk.params + 2 * head);
  });

  it('as NDDR-CNN has two features in every 1x1 convolution, and its normalisation', () => {
    expect(beside('nddr')).toEqual({
      params: 2 * total((channels) => 2 * channels ** 2 + 2 * channels),
      macs: 2 * total((channels, area) => 2 * channels ** 2 * area),
    });
  });

  it('with cross-stitch units has two weights a stage and task', () => {
    expect(beside('cross-stitch')).toEqual({
      params: 2 * 5 * 2,
      macs: 2 * total((channels, area) => 2 * channels * area),
    });
  });

  it('with subspaces has a matrix of 4 x 4 a stage', () => {
    expect(beside('sluice')).toEqual({
      params: 5 * 4 * 4,
      macs: 2 * total((channels, area) => 4 * channels * area),
    });
  });

  it('with all edges is that of the supernet', () => {
    expect(networkCost(build('supernet-all'))).toEqual({ params: 115_684, macs: 6_723_072 });
  });

  it('with random edges is that of those edges and of the own features', () => {
    const half = build('random');
    expect(half.edges).toHaveLength(7);
    const own = beside('random', { space: { randomEdges: 0 } });
    expect(own).toEqual({
      params: 2 * total((channels) => channels ** 2 + 2 * channels),
      macs: 2 * total((channels, area) => channels ** 2 * area),
    });
    expect(beside('random')).toEqual({
      params: own.params + half.edges.reduce((sum, { params }) => sum + params, 0),
      macs: own.macs + half.edges.reduce((sum, { macs }) => sum + macs, 0),
    });
  });
});

it.each([
  ['every layer', 'convolution', 7_258_624],
  ['every block', 'block', 2_447_104],
])('NDDR-CNN at %s of VGG-16 has the published number of fusion weights', (_, fuseAfter, expected) => {
  const kinds = { segmentation: 40, 'surface-normals': 3 } as const;
  const ids = Object.keys(kinds) as (keyof typeof kinds)[];
  const tasks = ids.map((kind): TaskDeclaration => ({ id: kind, kind, outputs: kinds[kind] }));
  const spec = runSpecSchema.parse({
    tasks: ids.map((id) => ({ id, backbone: { id: 'vgg16-deeplab-lfov', options: { fuseAfter } } })),
  });
  const params = (method: Method) =>
    networkCost(buildSupernet({ spec, method, tasks, imageShape: [321, 321, 3] })).params;
  expect(params('nddr') - params('single-task')).toBe(expected);
});

describe('networks of different shapes', () => {
  const options: TinyOptions = {
    channelsOf: { right: [[4], [2, 6]] },
    space: { rule: 'cross-block' },
  };

  it.each(['nddr', 'supernet-all', 'random'] as const)(
    'are trained by %s as by the oracle',
    async (method) => {
      const supernet = tiny(method, options);
      expect(supernet.edges.length).toBeGreaterThan(0);
      const program = weightStep(supernet, IMAGE, BATCH, optimizer);
      const inputs = { ...randomInputs(supernet), learningRate: float32([], [0.01]) };
      const state = trainedState(supernet);
      const traced = await runProgram('onnx', program, { state, inputs });
      const oracle = await runProgram('cpu', program, { state, inputs });
      expectCloseTensors(traced.state, oracle.state, 1e-4);
    },
  );

  it.each(['cross-stitch', 'sluice'] as const)('cannot be added up by %s', (method) => {
    expect(() => tiny(method, options)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: 'right/conv1_1->left/conv1_1',
        found: '4x12x12 into 2x12x12 (channels x height x width)',
      }),
    );
  });
});

it('the shared trunk of resnet-50 has a head for each task, without a second stem', () => {
  const tasks: TaskDeclaration[] = [
    { id: 'scene', kind: 'classification', outputs: 10 },
    { id: 'objects', kind: 'classification', outputs: 30 },
  ];
  const backbone = { id: 'resnet-50', options: { width: 0.25 } };
  const spec = runSpecSchema.parse({ tasks: tasks.map(({ id }) => ({ id, backbone })) });
  const cost = (method: Method) =>
    networkCost(buildSupernet({ spec, method, tasks, imageShape: [64, 64, 3] }));
  const [alone, shared] = [cost('single-task'), cost('shared-trunk')];
  // Global pooling leaves 512 numbers for the classifiers.
  const [first, second] = [512 * 10 + 10, 512 * 30 + 30];
  expect(2 * (shared.params - first - second)).toBe(alone.params - first - second);
  expect(2 * (shared.macs - 512 * 40)).toBe(alone.macs - 512 * 40);
});

describe('a random architecture', () => {
  const ids = (seed: number, randomEdges: number | 'half' = 'half') =>
    build('random', { seed, space: { randomEdges } }).edges.map(({ id }) => id);

  it('is the same for the same seed, and another for others', () => {
    expect(ids(1)).toEqual(ids(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => ids(seed).join())).size).toBe(5);
  });

  it('has as many of the candidates as it is asked for, in edge order', () => {
    const candidates = build('search').edges.map(({ id }) => id);
    for (let count = 0; count <= candidates.length; count++) {
      const drawn = ids(3, count);
      expect(drawn).toHaveLength(count);
      expect(drawn).toEqual(candidates.filter((id) => drawn.includes(id)));
    }
  });

  it('draws every candidate about as often', () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++)
      for (const id of ids(seed)) times.set(id, (times.get(id) ?? 0) + 1);
    expect(times.size).toBe(14);
    // 200 expected, with a standard deviation of 10.
    for (const count of times.values()) expect(Math.abs(count - 200)).toBeLessThan(45);
  });

  it('cannot have more edges than there are', () => {
    expect(() => ids(1, 15)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'space.randomEdges', found: '15' }),
    );
  });
});

describe('a shared trunk', () => {
  const supernet = tiny('shared-trunk', { tasks: 3 });

  it('is that of the first task, with a head for each', async () => {
    const names = supernet.parameters.map(({ name }) => name);
    expect(names.filter((name) => !name.includes('/head/')).every((name) => name.startsWith('left/'))).toBe(
      true,
    );
    expect(names).toContain('third/head/classifier/bias');
    expect(supernet.declarations.map(({ task }) => task)).toEqual(['left']);

    const program = inference(supernet, IMAGE, BATCH, { gated: false });
    const parameters = trainedParameters(supernet);
    const outputs = async (state: HostTensors) => {
      const result = await runProgram('onnx', program, { state, inputs: randomInputs(supernet) });
      return ['left', 'right', 'third'].map((task) => result.outputs[outputName(task)]!.data.join());
    };
    const changed = (name: string): HostTensors => {
      const { shape, data } = parameters[name]!;
      return { ...parameters, [name]: float32(shape, data.map((x) => x + 1) as Float32Array) };
    };
    const before = await outputs(parameters);
    const differs = async (name: string) =>
      (await outputs(changed(name))).map((logits, task) => logits !== before[task]);
    expect(await differs('left/conv1_1/weight')).toEqual([true, true, true]);
    expect(await differs('right/head/hidden/weight')).toEqual([false, true, false]);
  });

  it('has the first backbone for every task, whatever the others are', () => {
    const backbone = { options: { channels: [[4], [4]], hidden: 6 } };
    const network = build('shared-trunk', { tasks: [{ id: 'left' }, { id: 'right', backbone }] });
    expect(networkCost(network)).toEqual(networkCost(build('shared-trunk')));
  });

  it.each<[string, (number[] | undefined)[], number]>([
    ['all channels where a task is given all', [[1], undefined], 4],
    ['those that any task is given', [[3, 1], [1]], 2],
    ['those that all are given', [[2], [2]], 1],
  ])('gives the trunk %s', (_, chosen, channels) => {
    const tasks = chosen.map((inputChannels, index) => ({
      id: `t${index}`,
      backbone: { ...(inputChannels && { inputChannels }) },
    }));
    const { parameters } = build('shared-trunk', { tasks }, 4);
    expect(parameters[0]).toMatchObject({ name: 't0/conv1_1/weight', shape: [3, 3, channels, 8] });
  });
});

it('sluice refuses a stage that cannot be halved', () => {
  expect(() => tinySupernet({ method: 'sluice', channels: [[4], [4, 3]] })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'left, stage conv2_2', found: '3 channels' }),
  );
});
