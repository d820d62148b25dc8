import { TaskweaveError } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.js';
import { testPlugins } from './test-plugins.js';
import { mutate, mutations, type Container } from './testing.js';

function messageFor(input: unknown): string {
  try {
    parseSpec(input, testPlugins);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskweaveError);
    expect((error as TaskweaveError).code).toBe('CONFIG_INVALID');
    return (error as TaskweaveError).message;
  }
  throw new Error('the spec was accepted');
}

const twoTasks = [{ id: 'left' }, { id: 'right' }];

describe('parseSpec', () => {
  it('fills in every default, those of the plug-ins too', () => {
    const spec = parseSpec({}, testPlugins);
    expect(spec).toMatchObject({
      name: 'digits',
      seed: 1,
      steps: 600,
      engine: { id: 'onnx', device: 'cpu', threads: 2 },
      data: {
        set: 'multi-mnist',
        batchSize: 64,
        microBatches: 1,
        trainSplit: 0.5,
        mixed: true,
        options: { shift: 8 },
      },
      fusion: { init: [0.9, 0.1], epsilon: 1e-3, momentum: 0.05 },
      strategy: { id: 'mtl-nas', options: { entropy: { weight: 10, period: [0, 0] } } },
    });
    expect(spec.tasks.map((task) => task.id)).toEqual(['left', 'right']);
    expect(spec.tasks[1]!.backbone).toEqual({
      id: 'vgg-mini',
      options: { channels: [[8], [16, 16], [32, 32]] },
    });
    expect(parseSpec(JSON.parse(JSON.stringify(spec)), testPlugins)).toEqual(spec);
  });

  it('tells every issue at once, one a line', () => {
    const message = messageFor({
      steps: 0,
      optimiser: {},
      optimizer: { learnRate: 0.1, momentum: 1 },
      tasks: [{ id: 'left', backbone: { id: 'vgg-mini', options: { channels: [[8], [0.5]] } } }],
      strategy: { id: 'mtl-nas', options: { entropy: { weight: 'much' } } },
      fusion: { init: [0.9, 'x'] },
    });
    expect(message).toMatchInlineSnapshot(`
      "8 fields of the search spec are not valid:
        optimiser: unknown key; did you mean 'optimizer'?
        steps: found 0, expected an integer from 1 to 2147483647
        tasks: found a list of 1 item, expected a list of at least 2 items, each a map with keys of id, lossWeight, backbone, initialWeights
        fusion.init: found a list of 2 items, expected a list of two numbers from 0 to 1 (own weight, cross weight) or 'kaiming'
        optimizer.momentum: found 1, expected a number >= 0 and < 1
        optimizer.learnRate: unknown key; did you mean 'learningRate'?
        strategy.options.entropy.weight: found "much", expected a number from 0 to 1000
        tasks[0].backbone.options.channels[1][0]: found 0.5, expected an integer from 1 to 4096"
    `);
  });

  it.each<[string, unknown, string]>([
    [
      'one task',
      { tasks: [{ id: 'left' }] },
      'tasks: found a list of 1 item, expected a list of at least 2 items',
    ],
    ['one id twice', { tasks: [{ id: 'left' }, { id: 'left' }] }, "tasks[1].id: found 'left' again"],
    ['a task without id', { tasks: [{ id: 'left' }, {}] }, 'tasks[1].id: found nothing, expected'],
    ['an unknown task', { tasks: [{ id: 'left' }, { id: 'rigth' }] }, "did you mean 'right'?"],
    [
      'an input channel twice',
      { tasks: [{ id: 'left', backbone: { inputChannels: [1, 0, 1] } }, { id: 'right' }] },
      'tasks[0].backbone.inputChannels: found a list of 3 items: expected no channel twice',
    ],
    [
      'no input channels',
      { tasks: [{ id: 'left', backbone: { inputChannels: [] } }, { id: 'right' }] },
      'tasks[0].backbone.inputChannels: found a list of 0 items, expected a list of at least 1 item',
    ],
    ['a whole split', { data: { trainSplit: 1 } }, 'data.trainSplit: found 1, expected a number > 0 and < 1'],
    ['no batch', { data: { batchSize: 0 } }, 'data.batchSize: found 0, expected an integer from 1 to 65536'],
    [
      'no part of a batch',
      { data: { microBatches: 0 } },
      'data.microBatches: found 0, expected an integer from 1 to 65536',
    ],
    [
      'more parts than examples',
      { data: { batchSize: 8, microBatches: 9 } },
      'data.microBatches: found 9, expected no more than the 8 examples of a batch',
    ],
    ['half a step', { steps: 1.5 }, 'steps: found 1.5, expected an integer from 1 to'],
    [
      'no rate',
      { optimizer: { learningRate: NaN } },
      'optimizer.learningRate: found NaN, expected a number > 0',
    ],
    [
      'long warm-up',
      { steps: 5, optimizer: { warmupSteps: 6 } },
      'optimizer.warmupSteps: found 6, expected no more',
    ],
    ['no checkpoint', { checkpoint: { keep: 0 } }, 'checkpoint.keep: found 0'],
    [
      'unknown engine',
      { engine: { id: 'onxx' } },
      "one of 'onnx', 'cpu' or 'tensorflow'; did you mean 'onnx'?",
    ],
    [
      'unknown strategy',
      { strategy: { id: 'mtlnas' } },
      "strategy.id: found \"mtlnas\", expected a strategy: 'mtl-nas' or 'fixed'; did you mean 'mtl-nas'?",
    ],
    [
      'unknown data set',
      { data: { set: 'mnist' } },
      "data.set: found \"mnist\", expected a data set: 'multi-mnist', 'nyuv2', 'room-scenes', 'planted', 'rooms' or 'folder'",
    ],
    [
      'unknown option',
      { strategy: { options: { entropie: 1 } } },
      "strategy.options.entropie: unknown key; did you mean 'entropy'?",
    ],
    [
      'a broken rule of a plug-in',
      { strategy: { options: { entropy: { period: [1, 0] } } } },
      'strategy.options.entropy.period: found a list of 2 items: a period must not end before it begins',
    ],
    ['a section that is a number', { data: 7 }, 'data: found 7, expected a map with keys of set, batchSize'],
    [
      'options that are a list',
      { strategy: { options: [] } },
      'strategy.options: found a list of 0 items, expected a map',
    ],
    ['a name that is no file name', { name: '../x' }, 'name: found "../x", expected 1 to 64 letters'],
    ['no map at all', [1], '(the whole spec): found a list of 1 item'],
    ['a hostile key', JSON.parse('{"__proto__": {"steps": 3}}'), '__proto__: unknown key'],
    [
      'a hostile option',
      { tasks: [...twoTasks.slice(1), JSON.parse('{"id":"left","__proto__":{}}')] },
      'tasks[1].__proto__: unknown key',
    ],
  ])('refuses %s', (_, input, expected) => {
    expect(messageFor(input)).toContain(expected);
  });

  it('looks at options even when the section around them is wrong', () => {
    const message = messageFor({ strategy: { idd: 1, options: { entropy: { weight: -1 } } } });
    expect(message).toContain("strategy.idd: unknown key; did you mean 'id'?");
    expect(message).toContain('strategy.options.entropy.weight: found -1, expected a number from 0 to 1000');
  });

  it('keeps a message short whatever was found', () => {
    expect(messageFor({ name: 'x'.repeat(1e6), [`k${'y'.repeat(1e6)}`]: 1 }).length).toBeLessThan(1000);
  });
});

describe('a randomly damaged spec', () => {
  const whole = JSON.stringify(parseSpec({}, testPlugins));
  // Every issue line begins with the path of a field: its first key, or the whole spec.
  const namesField = /^ {2}([\w-]+|\["(\\.|[^"\\])*"\]|\(the whole spec\))[^\n]*: (found|unknown key)/;

  it('either parses, and then to itself again, or is refused by field', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutations, { minLength: 1, maxLength: 4 }), (changes) => {
        const tree = JSON.parse(whole) as Container;
        changes.forEach((change) => mutate(tree, change));
        let spec;
        try {
          spec = parseSpec(tree, testPlugins);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(TaskweaveError);
          const { code, message } = error as TaskweaveError;
          expect(code).toBe('CONFIG_INVALID');
          const [headline, ...issues] = message.split('\n');
          expect(headline).toMatch(/^(One field|\d+ fields) of the search spec (is|are) not valid:$/);
          expect(issues.length).toBeGreaterThan(0);
          issues.forEach((line) => expect(line).toMatch(namesField));
          return;
        }
        accepted++;
        expect(parseSpec(spec, testPlugins)).toEqual(spec);
        expect(parseSpec(JSON.parse(JSON.stringify(spec)), testPlugins)).toEqual(spec);
      }),
      { seed: 20_200_614, numRuns: 2000 },
    );
    // Both outcomes must really have been met, or the property says little.
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
