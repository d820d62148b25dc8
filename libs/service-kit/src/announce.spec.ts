import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { advertisedAddress } from './announce.js';

describe('where others reach a service', () => {
  it.each([
    ['127.0.0.1:5000', undefined, '127.0.0.1:5000'],
    ['unix:/run/one', undefined, 'unix:/run/one'],
    ['0.0.0.0:5000', undefined, `${hostname()}:5000`],
    ['[::]:5000', undefined, `${hostname()}:5000`],
    ['0.0.0.0:5000', 'trainer-1.example.org', 'trainer-1.example.org:5000'],
    ['0.0.0.0:5000', 'trainer-1:80', 'trainer-1:80'],
    ['0.0.0.0:5000', '[2001:db8::1]:80', '[2001:db8::1]:80'],
  ])('listening on %s and told %s: %s', (listening, wanted, expected) => {
    expect(advertisedAddress(listening, wanted)).toBe(expected);
  });

  it.each([
    ['127.0.0.1:5000', 'a b'],
    ['127.0.0.1:5000', 'http://a:1/'],
    ['unix:/run/one', 'trainer-1'],
  ])('listening on %s and told %s: refused', (listening, wanted) => {
    expect(() => advertisedAddress(listening, wanted)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'TASKWEAVE_ADVERTISE' }),
    );
  });
});
