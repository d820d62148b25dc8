import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';

const parse = (...words: string[]) => parseOptions(words);
const PEER = 'peer --width {width} --batch {batch}';

describe('the command line', () => {
  it('checks every device with two threads by default', () => {
    expect(parse()).toEqual({
      command: 'check',
      devices: undefined,
      threads: 2,
      quick: false,
      peer: undefined,
      json: undefined,
    });
  });

  it('takes devices, threads, a peer and a file', () => {
    const words = ['--device', 'cpu', '--device', 'webgpu', '--threads', '8', '--quick', '--json', 'a.json'];
    expect(parse(...words, '--peer', PEER)).toEqual({
      command: 'check',
      devices: ['cpu', 'webgpu'],
      threads: 8,
      quick: true,
      peer: PEER,
      json: 'a.json',
    });
  });

  it('packs into a file', () => {
    expect(parse('pack', 'a/gpu.tar.xz')).toEqual({ command: 'pack', file: 'a/gpu.tar.xz' });
    expect(parse('pack', 'gpu.tar.gz')).toEqual({ command: 'pack', file: 'gpu.tar.gz' });
  });

  it('asks for help', () => {
    expect(parse('--help')).toBeUndefined();
    expect(parse('pack', '--help')).toBeUndefined();
  });

  it.each([
    [['--device', 'gpu'], '--device', 'cpu, cuda, webgpu'],
    [['--threads', '0'], '--threads', 'a whole number from 1 to 64'],
    [['--threads', 'two'], '--threads', 'a whole number from 1 to 64'],
    [['--peer', 'peer --width {width}'], '--peer', 'a command with {width} and {batch} in it'],
    [['--fast'], 'command line', 'the options that --help lists'],
    [['pack'], 'command line', 'options only, or: pack FILE'],
    [['unpack', 'gpu.tar.xz'], 'command line', 'options only, or: pack FILE'],
    [['pack', 'gpu.tar.xz', '--quick'], 'command line', 'options only, or: pack FILE'],
    [['pack', 'gpu.zip'], 'pack', 'a name that ends in .tar.xz or .tar.gz'],
  ])('refuses %j', (words, subject, expected) => {
    expect(() => parse(...words)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject, expected }),
    );
  });
});
