import { initialValues } from '@taskweave/backbones';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import { namedTensors } from '@taskweave/engine';
import { runSpecSchema } from '@taskweave/spec';
import { describe, expect, it } from 'vitest';
import { buildSupernet } from '../build-supernet.js';
import { importWeights } from './import-weights.js';
import { initialWeights } from './initial-weights.js';
import { NYU_TASKS, nyuSupernet, randomStateDict, unusedTensors, vggWeights } from './testing.js';

const WIDTH = 1 / 32;
const supernet = nyuSupernet(WIDTH);
const backbone = { id: 'vgg16-deeplab-lfov', options: { width: WIDTH } };
const tasks = NYU_TASKS.map(({ id }) => ({ id, backbone }));
const apart = buildSupernet({
  spec: runSpecSchema.parse({ tasks }),
  tasks: [...NYU_TASKS],
  imageShape: [17, 17, 3],
  method: 'single-task',
});
const OPTIONS = { seed: 3, fusion: true };
const reference = { name: 'reference', tensors: [...randomStateDict(WIDTH), ...unusedTensors()] };
const start = initialValues(supernet.parameters, OPTIONS.seed);
const isFusion = (name: string): boolean => name.includes('/fusion/');
const ours = (name: string, tensors: readonly NamedTensor[]) => ({ name, tensors });

describe('initialWeights', () => {
  it('without files are what training always starts from', () => {
    const { parameters, taken, random } = initialWeights(supernet, [], OPTIONS);
    expect({ parameters, taken }).toEqual({ parameters: start, taken: [] });
    expect(random).toEqual(supernet.parameters.map(({ name }) => name));
  });

  it('of a whole supernet of the reference implementation are as imported, without its alphas', () => {
    const { parameters, taken, random } = initialWeights(supernet, [reference], OPTIONS);
    expect(parameters).toEqual(
      importWeights(supernet, reference.tensors, { source: 'reference', seed: 1 }).parameters,
    );
    expect(taken).toEqual([
      {
        format: 'mtl-nas-reference',
        parameters: supernet.parameters.length,
        unused: ['net1_alphas', 'net2_alphas'],
      },
    ]);
    expect(random).toEqual([]);
  });

  it('leave fusion nodes out where there are none, or none are wanted', () => {
    const whole = initialWeights(supernet, [reference], OPTIONS).parameters;
    const alone = initialWeights(apart, [reference], OPTIONS);
    const without = initialWeights(supernet, [reference], { ...OPTIONS, fusion: false });
    for (const { name } of supernet.parameters) {
      expect([name, without.parameters[name]]).toEqual([name, (isFusion(name) ? start : whole)[name]]);
      if (!isFusion(name)) expect([name, alone.parameters[name]]).toEqual([name, whole[name]]);
    }
    expect(without.random).toEqual(supernet.parameters.map(({ name }) => name).filter(isFusion));
    expect(alone.random).toEqual([]);
    for (const { taken } of [alone, without]) {
      // 26 fusion nodes of 5 tensors, and the alphas.
      expect(taken[0]!.unused).toHaveLength(26 * 5 + 2);
    }
  });

  it('of one task are its network, whatever else the file holds', () => {
    const { parameters, taken } = initialWeights(supernet, [{ ...reference, task: 'normals' }], OPTIONS);
    const whole = initialWeights(supernet, [reference], OPTIONS).parameters;
    for (const { name } of supernet.parameters) {
      const given = name.startsWith('normals/') && !isFusion(name);
      expect([name, parameters[name]]).toEqual([name, (given ? whole : start)[name]]);
    }
    expect(taken[0]!.parameters + taken[0]!.unused.length).toBe(randomStateDict(WIDTH).length);
  });

  it('of a later file go before those of an earlier one', () => {
    const timm = { name: 'vgg', tensors: vggWeights(WIDTH) };
    const both = initialWeights(supernet, [reference, { ...timm, task: 'segmentation' }], OPTIONS).parameters;
    const [first, second] = [reference, timm].map(
      (file) => initialWeights(supernet, [file], OPTIONS).parameters,
    );
    const { name } = supernet.parameters[0]!;
    expect(name).toBe('segmentation/conv1_1/weight');
    expect(both[name]).toEqual(second![name]);
    for (const other of [
      'normals/conv1_1/weight',
      'segmentation/head/fc6/weight',
      'normals/fusion/conv2_2/weight',
    ])
      expect([other, both[other]]).toEqual([other, first![other]]);
  });

  const networks = namedTensors(initialValues(apart.parameters, 9));
  it.each<[string, readonly NamedTensor[], string | undefined, string]>([
    [
      'part of the fusion nodes',
      [...networks, ...namedTensors(start).filter(({ name }) => name === 'normals/fusion/conv1_1/weight')],
      undefined,
      'missing: segmentation/fusion/conv1_1/weight',
    ],
    ['part of a network', networks.slice(1), 'segmentation', `missing: ${networks[0]!.name}`],
    [
      'a network of another task',
      networks.filter(({ name }) => /^normals/.test(name)),
      'segmentation',
      'missing: ',
    ],
    [
      'a tensor too many of the task',
      [...networks, { ...networks[0]!, name: 'segmentation/conv9/weight' }],
      'segmentation',
      'extra: segmentation/conv9/weight',
    ],
  ])('are not %s', (_, tensors, task, told) => {
    const file = { ...ours('file', tensors), ...(task !== undefined && { task }) };
    expect(() => initialWeights(supernet, [file], OPTIONS)).toThrow(TaskweaveError);
    expect(() => initialWeights(supernet, [file], OPTIONS)).toThrow(told);
  });

  it("are not timm's for a task with another trunk, whatever the others have", () => {
    const spec = runSpecSchema.parse({
      tasks: [tasks[0], { id: 'normals', backbone: { id: 'vgg-mini', options: { channels: [[4]] } } }],
    });
    const mixed = buildSupernet({
      spec,
      tasks: [...NYU_TASKS],
      imageShape: [16, 16, 3],
      method: 'single-task',
    });
    const timm = { name: 'vgg', tensors: vggWeights(WIDTH) };
    expect(initialWeights(mixed, [timm], OPTIONS).taken[0]!.parameters).toBe(13 * 5);
    expect(() => initialWeights(mixed, [{ ...timm, task: 'normals' }], OPTIONS)).toThrow(
      'The weights are those of networks of another kind.',
    );
  });
});
