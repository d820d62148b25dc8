import { DIGIT_SIDE } from './options.js';

/** Grey value to [0, 1], already rounded to float32. */
const UNIT = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/**
 * Draws two digits into one image: the left one in the upper left corner, the right one `shift` pixels further down
 * and to the right, the brighter pixel winning where they overlap.
 *
 * @param digits grey values, 784 to a digit
 * @param image zeros, (28 + shift)² values; receives numbers in [0, 1]
 */
export function composePair(
  digits: Uint8Array,
  left: number,
  right: number,
  shift: number,
  image: Float32Array,
): void {
  drawDigit(digits, left, 0, shift, image);
  drawDigit(digits, right, shift, shift, image);
}

function drawDigit(
  digits: Uint8Array,
  digit: number,
  offset: number,
  shift: number,
  image: Float32Array,
): void {
  const side = DIGIT_SIDE + shift;
  let from = digit * DIGIT_SIDE * DIGIT_SIDE;
  for (let y = 0; y < DIGIT_SIDE; y++) {
    let to = (y + offset) * side + offset;
    for (let x = 0; x < DIGIT_SIDE; x++, from++, to++) {
      const value = UNIT[digits[from]!]!;
      if (value > image[to]!) image[to] = value;
    }
  }
}
