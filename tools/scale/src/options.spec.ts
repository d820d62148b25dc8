import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';

const parse = (text: string) => parseOptions(text === '' ? [] : text.split(' '));

describe('the command line', () => {
  it('measures up to 1000 trainers and the wire by default', () => {
    expect(parse('')).toEqual({
      trainers: [1, 4, 16, 64, 256, 1000],
      wire: true,
      stepMs: 200,
      seconds: 5,
      rounds: 9,
      batches: 20,
      json: undefined,
      chart: undefined,
    });
  });

  it('measures what is asked for', () => {
    expect(parse('--trainers 2,8 --only architect --step-ms 50 --seconds 1')).toMatchObject({
      trainers: [2, 8],
      wire: false,
      stepMs: 50,
      seconds: 1,
    });
    expect(parse('--only wire --rounds 3 --batches 4 --json a.json')).toMatchObject({
      trainers: [],
      wire: true,
      rounds: 3,
      batches: 4,
      json: 'a.json',
    });
  });

  it('asks for help', () => {
    expect(parse('--help')).toBeUndefined();
  });

  it.each([
    ['--trainers 0', '--trainers', 'a whole number from 1 to 1000'],
    ['--trainers 1,', '--trainers', 'a whole number from 1 to 1000'],
    ['--trainers 1e2', '--trainers', 'a whole number from 1 to 1000'],
    ['--only data', '--only', 'architect, wire'],
    ['--only wire --chart a.svg', '--chart', 'a run with trainers, which the chart shows'],
    ['--step-ms 5', '--step-ms', 'a whole number from 10 to 10000'],
    ['--seconds 1.5', '--seconds', 'a whole number from 1 to 600'],
    ['--rounds -1', 'command line', 'the options that --help lists'],
    ['--fast', 'command line', 'the options that --help lists'],
  ])('refuses %s', (text, subject, expected) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', subject, expected }));
  });
});
