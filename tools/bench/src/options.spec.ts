import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';

const NAMES = ['conv', 'supernet-full'];
const parse = (text: string) => parseOptions(text === '' ? [] : text.split(' '), NAMES);

describe('the command line', () => {
  it('measures every case with two threads by default', () => {
    expect(parse('')).toMatchObject({
      cases: undefined,
      engine: 'onnx',
      device: 'cpu',
      threads: 2,
      repeats: 10,
      iterations: 1,
      save: false,
    });
  });

  it('compares with a peer in five pairs by default', () => {
    expect(parse('--case conv --peer true')).toMatchObject({
      cases: ['conv'],
      peer: 'true',
      repeats: 5,
      iterations: 5,
    });
    expect(parse('--case conv --peer true --repeats 7 --iterations 2')).toMatchObject({
      repeats: 7,
      iterations: 2,
    });
  });

  it('asks for help', () => {
    expect(parse('--help')).toBeUndefined();
  });

  it.each([
    ['--case matmul', '--case', 'conv, supernet-full'],
    ['--engine torch', '--engine', 'onnx, cpu, tensorflow'],
    ['--device gpu', '--device', 'cpu, cuda, webgpu, auto'],
    ['--threads 0', '--threads', 'a whole number from 1 to 64'],
    ['--repeats 1.5', '--repeats', 'a whole number from 1 to 10000'],
    ['--peer true', '--peer', 'one --case, that of the peer'],
    ['--fast', 'command line', 'the options that --help lists'],
  ])('refuses %s', (text, subject, expected) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', subject, expected }));
  });
});
