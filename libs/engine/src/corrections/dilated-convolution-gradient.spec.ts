import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

const geometry = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 9 }),
    channels: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilations: fc.tuple(fc.constantFrom(1, 2, 4), fc.constantFrom(1, 2, 3)),
    stride: fc.constantFrom(1, 2),
    pad: fc.oneof(
      fc.constantFrom<'same' | 'valid' | 'explicit'>('same', 'valid', 'explicit'),
      fc.constantFrom(0, 1, 2),
    ),
    top: fc.nat(3),
    left: fc.nat(3),
  })
  .map(({ stride, dilations, pad, top, left, ...rest }) => ({
    ...rest,
    dilations,
    stride: dilations.some((dilation) => dilation > 1) ? 1 : stride,
    pad: pad === 'explicit' ? explicit(top, left) : pad,
  }))
  .filter(({ height, width, kernel: [kh, kw], dilations: [dh, dw], pad }) => {
    const [reachDown, reachRight] = [(kh - 1) * dh + 1, (kw - 1) * dw + 1];
    // "Valid" needs a filter that fits, and a single number of padding a square one.
    if (typeof pad === 'number' && reachDown !== reachRight) return false;
    return reachDown <= height && reachRight <= width;
  });

function explicit(top: number, left: number): tf.backend_util.ExplicitPadding {
  return [
    [0, 0],
    [top, 1],
    [left, 2],
    [0, 0],
  ];
}

describe('a convolution, dilated or not, with every kind of padding,', () => {
  it('has the right gradients', async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async (g) => {
        const state = {
          x: normal('x', [g.batch, g.height, g.width, g.channels]),
          filter: normal('f', [...g.kernel, g.channels, g.outputs]),
        };
        await expectRightEverywhere(state, ({ x, filter }) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, g.stride, g.pad, 'NHWC', g.dilations),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('may say its dilation as one number', async () => {
    const state = { x: normal('x', [1, 6, 7, 2]), filter: normal('f', [3, 3, 2, 2]) };
    await expectRightEverywhere(state, ({ x, filter }) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NHWC', 2),
    );
  });
});

describe('a depthwise convolution, dilated or not,', () => {
  it('has the right gradients', async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async (g) => {
        const state = {
          x: normal('x', [g.batch, g.height, g.width, g.channels]),
          filter: normal('f', [...g.kernel, g.channels, g.outputs]),
        };
        await expectRightEverywhere(state, ({ x, filter }) =>
          tf.depthwiseConv2d(
            x as tf.Tensor4D,
            filter as tf.Tensor4D,
            g.stride,
            g.pad as 'same',
            'NHWC',
            g.dilations,
          ),
        );
      }),
      { numRuns: 40 },
    );
  });
});
