import { DType } from '@taskweave/contracts';
import { describe, expect, it } from 'vitest';
import { MAX_ELEMENTS, TensorLayout, allFinite, type Float32Tensor } from './tensor-layout.js';

const tensors: Float32Tensor[] = [
  { name: 'a', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  { name: 'none', shape: [0, 3], data: new Float32Array(0) },
  { name: 'scalar', shape: [], data: Float32Array.of(5) },
];

describe('a layout', () => {
  it('joins tensors and takes them apart', () => {
    const layout = new TensorLayout(tensors);
    const joined = new Float32Array(layout.elements);
    layout.join(tensors, joined);
    expect(joined).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    expect(layout.split(joined)).toEqual(tensors.map((tensor) => ({ ...tensor, dtype: 'float32' })));
    expect([0, 3, 4].map((index) => layout.nameAt(index))).toEqual(['a', 'a', 'scalar']);
  });

  it.each<[string, Float32Tensor[], object]>([
    ['a name twice', [tensors[0]!, tensors[0]!], { subject: 'a' }],
    ['data of another size', [{ ...tensors[0]!, shape: [5] }], { found: '4 elements' }],
    [
      'more than memory holds',
      [{ name: 'huge', shape: [MAX_ELEMENTS + 1], data: { length: MAX_ELEMENTS + 1 } as Float32Array }],
      { subject: 'tensors' },
    ],
  ])('refuses %s', (_what, given, error) => {
    expect(() => new TensorLayout(given)).toThrow(expect.objectContaining({ code: 'INTERNAL', ...error }));
  });

  it('says where others differ', () => {
    const layout = new TensorLayout(tensors);
    expect(layout.difference(layout.infos)).toBeUndefined();
    expect(layout.difference(layout.infos.slice(0, 2))).toEqual({
      found: 'no further tensor',
      expected: 'scalar float32 []',
    });
    const [first, ...rest] = layout.infos;
    expect(layout.difference([{ ...first!, dtype: DType.FLOAT64 }, ...rest])!.found).toMatch(/^a dtype 2/);
  });
});

it('allFinite finds a value that is none, wherever it is', () => {
  for (let length = 1; length < 12; length++) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (let i = 0; i < length; i++) {
        const values = new Float32Array(length).fill(-3e38);
        expect(allFinite(values, 0, length)).toBe(true);
        values[i] = bad;
        expect(allFinite(values, 0, length)).toBe(false);
        expect(allFinite(values, i + 1, length)).toBe(true);
      }
    }
  }
});
