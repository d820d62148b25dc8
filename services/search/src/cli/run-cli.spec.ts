import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cli } from '../testing/cli.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-cli-'));
  writeFileSync(join(cwd, 'typo.yaml'), 'seed: 1\nstepz: 10\n');
  writeFileSync(join(cwd, 'type.yaml'), 'steps: many\n');
  writeFileSync(join(cwd, 'broken.yaml'), 'steps: [1\n');
  writeFileSync(join(cwd, 'no-seeds.yaml'), 'axes: [{ field: steps, values: [1, 2] }]\n');
  writeFileSync(join(cwd, 'twice.yaml'), 'seeds: [1]\naxes: [{ field: steps, values: [1, 1] }]\n');
  writeFileSync(
    join(cwd, 'stages.yaml'),
    `seeds: [1, 2]\naxes: [{ field: '${CHANNELS}', values: [[[8], [16, 16], [32, 32]], [[8], [12]]], name: channels }]\n`,
  );
  writeFileSync(
    join(cwd, 'field.yaml'),
    'seeds: [1]\naxes: [{ field: strategy.options.weightGate, values: [sigmoid] }]\n',
  );
  writeFileSync(join(cwd, 'latin1.yaml'), Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9]));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const CHANNELS = 'tasks[1].backbone.options.channels';
const STAGES = `${CHANNELS}=[[8], [12]]`;

it.each<[what: string, args: string[], code: string, told: string]>([
  [
    'an unknown key',
    ['--config', 'typo.yaml'],
    'CONFIG_INVALID',
    "did you mean 'steps'? (typo.yaml, line 2, column 8)",
  ],
  ['a wrong type', ['--config', 'type.yaml'], 'CONFIG_INVALID', 'steps: found "many", expected an integer'],
  [
    'YAML that is none',
    ['--config', 'broken.yaml'],
    'CONFIG_INVALID',
    'broken.yaml is not valid YAML at line',
  ],
  ['a file that is no text', ['--config', 'latin1.yaml'], 'CONFIG_INVALID', 'is not text in UTF-8'],
  ['a missing file', ['--config', 'nowhere.yaml'], 'FILE_MISSING', 'nowhere.yaml does not exist'],
  ['a folder as file', ['--config', '.'], 'FILE_MISSING', 'is not a file'],
  ['no steps', ['--steps', '0'], 'CONFIG_INVALID', 'steps: found 0, expected an integer from 1'],
  [
    'a seed that is no number',
    ['--seed', 'x'],
    'CONFIG_INVALID',
    "argument 'x' is invalid. It is not a number.",
  ],
  ['one task', ['--set', 'tasks=[{id: left}]'], 'CONFIG_INVALID', 'expected a list of at least 2 items'],
  ['an unknown task', ['--set', 'tasks[1].id=rigth'], 'CONFIG_INVALID', "did you mean 'right'?"],
  [
    'stages that do not match',
    ['--set', STAGES],
    'CONFIG_INVALID',
    'conv2_1 of right and conv2_1 of left differ in shape',
  ],
  ['an assignment of another form', ['--set', 'seed'], 'CONFIG_INVALID', 'It has no "=".'],
  ['an unknown preset', ['--preset', 'multi-mnits'], 'CONFIG_INVALID', "did you mean 'multi-mnist'?"],
  ['an unknown method', ['--method', 'nddrr'], 'CONFIG_INVALID', "did you mean 'nddr'?"],
  ['an unknown baseline', ['--baselines', 'nddr,rndom'], 'CONFIG_INVALID', "did you mean 'random'?"],
  [
    'an unknown baseline to go on with',
    ['--resume', 'x', '--baselines=y'],
    'CONFIG_INVALID',
    "'shared-trunk'",
  ],
  [
    'channels that cannot be halved',
    ['--method', 'sluice', ...[0, 1].map((task) => `--set=tasks[${task}].backbone.options.channels=[[5]]`)],
    'CONFIG_INVALID',
    'found:    5 channels',
  ],
  [
    'more random edges than there are candidates',
    ['--method', 'random', '--set', 'space.randomEdges=15'],
    'CONFIG_INVALID',
    "at most 14, or 'half'",
  ],
  ['an unknown engine', ['--engine', 'onxx'], 'CONFIG_INVALID', "did you mean 'onnx'?"],
  ['an unknown device', ['--device', 'gpu'], 'CONFIG_INVALID', 'engine.device: found "gpu", expected'],
  [
    'a device that the engine has nowhere',
    ['--engine', 'cpu', '--device', 'cuda'],
    'CONFIG_INVALID',
    'expected: auto, cpu',
  ],
  ['a number of threads that makes no sense', ['engines', '--threads', '0'], 'CONFIG_INVALID', '--threads'],
  [
    'a name that is no file name',
    ['--name', 'a/b'],
    'CONFIG_INVALID',
    'name: found "a/b", expected 1 to 64 letters',
  ],
  ['an unknown option', ['--sed', '3'], 'CONFIG_INVALID', "Unknown option '--sed'. Did you mean"],
  [
    'an option without its value',
    ['--config'],
    'CONFIG_INVALID',
    "Option '--config <file>' argument missing.",
  ],
  ['an unknown command', ['evalute', 'x'], 'CONFIG_INVALID', "did you mean 'evaluate'?"],
  ['an argument too many', ['start', 'now'], 'CONFIG_INVALID', "Too many arguments for 'start'"],
  ['an argument too few', ['show'], 'CONFIG_INVALID', "Missing required argument 'run'."],
  [
    'an unknown split',
    ['evaluate', 'x', '--split', 'train'],
    'CONFIG_INVALID',
    'Allowed choices are validation, test.',
  ],
  [
    'a sweep without seeds',
    ['sweep', 'no-seeds.yaml'],
    'CONFIG_INVALID',
    'seeds: found nothing, expected a list',
  ],
  [
    'two variants of a name',
    ['sweep', 'twice.yaml'],
    'CONFIG_INVALID',
    "two variants of the axis 'steps' have the name 'steps-1'",
  ],
  [
    'a combination with an unknown field',
    ['sweep', 'field.yaml'],
    'CONFIG_INVALID',
    "weightGate: unknown key; did you mean 'weightGates'? (in sigmoid)",
  ],
  [
    'a combination whose networks do not match',
    ['sweep', 'stages.yaml', '--dry-run'],
    'CONFIG_INVALID',
    '(in channels-8-12)',
  ],
  ['a sweep that is not there', ['sweep', 'nowhere.yaml'], 'FILE_MISSING', 'where:    FILE'],
  ['nothing to compare', ['compare'], 'CONFIG_INVALID', "Missing required argument 'runs'."],
  ['an unknown run to compare', ['compare', 'nothing'], 'RUN_NOT_FOUND', 'found:    nothing'],
  [
    'an unknown format',
    ['export', 'x', '--format', 'pt'],
    'CONFIG_INVALID',
    'Allowed choices are safetensors, onnx, tfjs.',
  ],
  ['no format', ['export', 'x'], 'CONFIG_INVALID', "Required option '--format <format>' not specified."],
  [
    'a batch of no images',
    ['export', 'x', '--format', 'onnx', '--batch', '0'],
    'CONFIG_INVALID',
    "It is neither an integer from 1 to 65536 nor 'dynamic'.",
  ],
  ['an unknown run to export', ['export', 'x', '--format', 'onnx'], 'RUN_NOT_FOUND', 'found:    x'],
  ['an unknown run', ['show', 'nothing'], 'RUN_NOT_FOUND', 'found:    nothing'],
  [
    'a prediction of no image',
    ['predict', 'x'],
    'CONFIG_INVALID',
    "Required option '--image <file>' not specified.",
  ],
  ['a prediction by an unknown run', ['predict', 'x', '--image', 'y'], 'RUN_NOT_FOUND', 'found:    x'],
  [
    'a prediction by an unknown network',
    ['predict', 'x', '--image', 'y', '--network', 'hard'],
    'CONFIG_INVALID',
    'Allowed choices are discrete, soft.',
  ],
  ['an unknown run to resume', ['--resume', 'nothing'], 'RUN_NOT_FOUND', 'found:    nothing'],
  ['no cluster to submit to', ['submit'], 'CONFIG_INVALID', "the address that 'taskweave serve' prints"],
  ['an address that is none', ['runs', '--cluster', 'here'], 'CONFIG_INVALID', 'found:    "here"'],
  ['an unknown run to stop', ['stop', 'nothing'], 'RUN_NOT_FOUND', 'found:    nothing'],
  ['a file in the way', ['--output', 'typo.yaml'], 'OUTPUT_NOT_WRITABLE', 'part of the path is a file'],
  ['a file further up', ['--output', 'typo.yaml/a/b'], 'OUTPUT_NOT_WRITABLE', 'part of the path is a file'],
  [
    'an engine that is not installed',
    ['--engine', 'tensorflow', '--preset', 'multi-mnist-smoke'],
    'ENGINE_UNAVAILABLE',
    'npm install @tensorflow',
  ],
])('tells of %s in one message, and leaves nothing behind', async (_what, args, errorCode, told) => {
  const before = readdirSync(cwd);
  const { code, stdout, stderr } = await cli(args, cwd);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^error ${errorCode}: `, 'm'));
  expect(stderr).toContain(told);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr.match(/^error /gm)).toHaveLength(1);
  expect(readdirSync(cwd)).toEqual(before);
});

it('helps, with every command and an example', async () => {
  const [general, start] = await Promise.all([cli(['--help'], cwd), cli(['start', '--help'], cwd)]);
  expect(general.code).toBe(0);
  for (const command of [
    ...['start', 'evaluate', 'predict', 'export', 'trace', 'runs', 'show'],
    ...['engines', 'profile', 'plan', 'sweep', 'compare'],
  ])
    expect(general.stdout).toContain(`  ${command} `);
  expect(start.stdout).toContain('--config my-search.yaml');
  expect(start.stdout).toContain('multi-mnist-smoke');
});

it('says so when there are no runs', async () => {
  expect(await cli(['runs'], cwd)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No runs in runs yet'),
  });
});
