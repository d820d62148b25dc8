import { expect, it } from 'vitest';
import { parseOptions } from './options.js';

it('has defaults', () => {
  expect(parseOptions([])).toEqual({ faults: 20, seed: 1, pairs: 0.5, trainers: 2 });
});

it('takes what is given', () => {
  expect(
    parseOptions([
      '--faults',
      '200',
      '--seed=7',
      '--json',
      'x.json',
      '--pairs=1',
      '--trainers=1',
      '--only=3',
      '--keep=k',
    ]),
  ).toEqual({
    faults: 200,
    seed: 7,
    json: 'x.json',
    pairs: 1,
    trainers: 1,
    only: 3,
    keep: 'k',
  });
});

it.each([
  [['--faults', '0'], '--faults'],
  [['--faults', '1.5'], '--faults'],
  [['--seed', '-1'], 'the command line'],
  [['--seed=-1'], '--seed'],
  [['--seed', ''], '--seed'],
  [['--pairs', '1.1'], '--pairs'],
  [['--trainers', '3'], '--trainers'],
  [['--only', '0'], '--only'],
  [['--fault', '3'], 'the command line'],
])('refuses %j', (args, subject) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', subject }));
});
