import { elementCount, streamKey } from '@taskweave/common';
import type { LowerKernel, Lowering } from './lowering.js';

const UINT32 = 12;
const FLOAT32 = 1;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const KEY_PARITY = 0x1bd11bda;

/** 32-bit arithmetic on tensors; sums wrap around. */
function arithmetic(lowering: Lowering) {
  const word = (value: number): string => lowering.constant('uint32', [], [value >>> 0]);
  const shiftRight = (x: string, by: number): string =>
    lowering.node('BitShift', [x, word(by)], { direction: 'RIGHT' });
  const add = (a: string, b: string): string => lowering.node('Add', [a, b]);
  return {
    word,
    shiftRight,
    add,
    xor: (a: string, b: string): string => lowering.node('BitwiseXor', [a, b]),
    // Multiplied and added, not shifted and or-ed: onnxruntime vectorises those, which more than halves the time.
    rotate: (x: string, by: number): string =>
      add(lowering.node('Mul', [x, word(2 ** by)]), shiftRight(x, 32 - by)),
    uint32: (x: string): string => lowering.node('Cast', [x], { to: UINT32 }),
  };
}

/** The function of the same name in `@taskweave/common`, for many counters at once. */
function threefry2x32(
  key: readonly [number, number],
  counter: readonly [string, string],
  lowering: Lowering,
): [string, string] {
  const { word, add, xor, rotate } = arithmetic(lowering);
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ KEY_PARITY] as const;
  let x0 = add(counter[0], word(schedule[0]));
  let x1 = add(counter[1], word(schedule[1]));
  for (let round = 0; round < 20; round++) {
    x0 = add(x0, x1);
    x1 = xor(rotate(x1, ROTATIONS[round % 8]!), x0);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = add(x0, word(schedule[injection % 3]!));
      x1 = add(x1, word(schedule[(injection + 1) % 3]! + injection));
    }
  }
  return [x0, x1];
}

/** Random numbers, the same bits as `randomStream` of `@taskweave/common` gives. */
export const RANDOM: Readonly<Record<string, LowerKernel>> = {
  RandomUniform32: ({ inputs: [step], attributes, outputs: [output] }, lowering) => {
    const { shiftRight, uint32 } = arithmetic(lowering);
    const count = elementCount(output!.shape);
    const blocks = Math.ceil(count / 2);
    const int32 = (value: number): string => lowering.constant('int32', [], [value]);
    const block = uint32(lowering.node('Range', [int32(0), int32(blocks), int32(1)]));
    const key = streamKey(attributes['seed'] as number, attributes['stream'] as string);
    const words = threefry2x32(key, [uint32(lowering.get(step!)), block], lowering);
    const pairs = lowering.node(
      'Concat',
      words.map((word) => lowering.reshape(word, [blocks, 1])),
      { axis: 1 },
    );
    const all = lowering.reshape(pairs, [2 * blocks]);
    const wanted =
      count === 2 * blocks
        ? all
        : lowering.node('Slice', [all, lowering.integers([0]), lowering.integers([count])]);
    const top = lowering.node('Cast', [shiftRight(wanted, 9)], { to: FLOAT32 });
    const float32 = (value: number): string => lowering.constant('float32', [], [value]);
    const uniform = lowering.node('Mul', [lowering.node('Add', [top, float32(0.5)]), float32(2 ** -23)]);
    lowering.place(output!, lowering.reshape(uniform, output!.shape));
  },
};
