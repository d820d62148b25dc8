/** Random tensors for property tests: any dtype, shape, name and bit pattern. */
import fc from 'fast-check';
import { TYPED_ARRAYS, elementCount, type NamedTensor } from '@taskweave/common';

const anyTensor: fc.Arbitrary<NamedTensor> = fc
  .record({
    name: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('0', '10', '9', '__proto__', 'a/b.c')),
    dtype: fc.constantFrom('float32', 'float64', 'int32', 'uint8'),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
    seed: fc.nat(255),
  })
  .filter(({ name }) => name !== '__metadata__')
  .map(({ name, dtype, shape, seed }) => {
    const data = new TYPED_ARRAYS[dtype](elementCount(shape));
    const bytes = new Uint8Array(data.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = i * 37 + seed;
    return { name, dtype, shape, data };
  });

/** Up to six tensors of different names. */
export const anyTensors = fc.uniqueArray(anyTensor, { maxLength: 6, selector: ({ name }) => name });
