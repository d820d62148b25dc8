import type { Json } from '@taskweave/common';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, sha256, specHash } from './spec-hash.js';

const anyJson = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

/** The same value with the keys of every object in reverse order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

it('canonical JSON says the same as JSON, whatever the order of keys', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(specHash(reversed(value))).toBe(specHash(value));
    }),
  );
});

it('different values have different hashes', () => {
  const values: Json[] = [
    null,
    0,
    '0',
    [],
    {},
    [0],
    { a: 1 },
    { a: 2 },
    { b: 1 },
    [{ a: 1 }],
    { a: { b: 1 } },
  ];
  expect(new Set(values.map(specHash)).size).toBe(values.length);
});

it('is SHA-256 of the sorted text', () => {
  expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'é' })).toBe(
    '{"a":"é","b":[1,{"c":true,"d":null}]}',
  );
  expect(specHash({ b: 2, a: 1 })).toBe(sha256('{"a":1,"b":2}'));
  // FIPS 180-2, appendix B.1
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
