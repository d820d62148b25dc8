import fc from 'fast-check';

export type Padding = 'same' | 'valid' | 'uneven';

interface Window {
  readonly size: number;
  readonly stride: number | [number, number];
  readonly dilation: number;
  /** Taken as `same` where the window is larger than the image. */
  readonly pad: Padding;
}

const ACTIVATIONS = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh', 'softplus'] as const;

export type Layer =
  | ({ readonly kind: 'conv'; readonly channels: number; readonly bias: boolean } & Window)
  | ({ readonly kind: 'depthwise'; readonly multiplier: number } & Window)
  | ({ readonly kind: 'grouped'; readonly groups: number; readonly perGroup: number } & Window)
  | { readonly kind: 'transposed'; readonly channels: number; readonly size: number; readonly stride: number }
  | {
      readonly kind: 'maxPool' | 'avgPool';
      readonly size: number;
      readonly stride: number;
      readonly pad: Padding;
    }
  | { readonly kind: 'batchNorm' }
  | { readonly kind: 'activation'; readonly name: (typeof ACTIVATIONS)[number] }
  | { readonly kind: 'resize'; readonly size: [number, number]; readonly alignCorners: boolean }
  | { readonly kind: 'dropout'; readonly rate: number }
  /** Joins an earlier feature map, brought to the size (and, to add it, the channels) of the current one. */
  | { readonly kind: 'add' | 'concat'; readonly from: number };

export type Head =
  | { readonly kind: 'classes'; readonly pool: 'global' | 'flatten'; readonly masked: boolean }
  | { readonly kind: 'segmentation' }
  | { readonly kind: 'normals' };

/** A small network and its loss. */
export interface Network {
  readonly image: [height: number, width: number, channels: number];
  readonly layers: readonly Layer[];
  readonly head: Head;
}

const size = fc.integer({ min: 1, max: 3 });

const window = fc
  .record({
    size,
    // TensorFlow.js has no convolution with both.
    step: fc.constantFrom<[Window['stride'], number][]>([1, 1], [2, 1], [[1, 2], 1], [1, 2]),
    pad: fc.constantFrom<Padding[]>('same', 'valid', 'uneven'),
  })
  .map(({ size, step: [stride, dilation], pad }): Window => ({ size, stride, dilation, pad }));

const withWindow = <T>(rest: fc.Arbitrary<T>): fc.Arbitrary<T & Window> =>
  fc.tuple(rest, window).map(([layer, moved]) => ({ ...layer, ...moved }));

const pool = (kind: 'maxPool' | 'avgPool'): fc.Arbitrary<Layer> =>
  fc.record({
    kind: fc.constant(kind),
    size: fc.integer({ min: 2, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    pad: fc.constantFrom<Padding[]>('same', 'valid'),
  });

const joined = (kind: 'add' | 'concat'): fc.Arbitrary<Layer> =>
  fc.record({ kind: fc.constant(kind), from: fc.nat(7) });

const layer: fc.Arbitrary<Layer> = fc.oneof(
  fc.record({ kind: fc.constant('activation'), name: fc.constantFrom(...ACTIVATIONS) }),
  fc.constant({ kind: 'batchNorm' }),
  withWindow(
    fc.record({ kind: fc.constant('conv'), channels: fc.integer({ min: 1, max: 4 }), bias: fc.boolean() }),
  ),
  withWindow(fc.record({ kind: fc.constant('depthwise'), multiplier: fc.integer({ min: 1, max: 2 }) })),
  withWindow(
    fc.record({
      kind: fc.constant('grouped'),
      groups: fc.integer({ min: 2, max: 3 }),
      perGroup: fc.integer({ min: 1, max: 2 }),
    }),
  ),
  fc.record({
    kind: fc.constant('transposed'),
    channels: fc.integer({ min: 1, max: 4 }),
    size,
    stride: fc.integer({ min: 1, max: 2 }),
  }),
  pool('maxPool'),
  pool('avgPool'),
  fc.record({
    kind: fc.constant('resize'),
    size: fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 })),
    alignCorners: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('dropout'), rate: fc.constantFrom(0.1, 0.5) }),
  joined('add'),
  joined('concat'),
);

const head: fc.Arbitrary<Head> = fc.oneof(
  fc.record({
    kind: fc.constant('classes'),
    pool: fc.constantFrom('global' as const, 'flatten' as const),
    masked: fc.boolean(),
  }),
  fc.constant({ kind: 'segmentation' }),
  fc.constant({ kind: 'normals' }),
);

const pixels = fc.integer({ min: 5, max: 8 });

/** Small networks of all kinds of layers, smaller ones when shrunk. */
export const anyNetwork: fc.Arbitrary<Network> = fc.record({
  image: fc.tuple(pixels, pixels, fc.integer({ min: 1, max: 3 })),
  layers: fc.array(layer, { minLength: 1, maxLength: 8, size: 'max' }),
  head,
});

/** One line a layer, for messages. */
export function describeNetwork({ image, layers, head }: Network): string {
  const line = ({ kind, ...options }: Layer | Head): string =>
    [kind, ...Object.entries(options).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ');
  return [`image ${image.join('x')}`, ...layers.map(line), `head ${line(head)}`].join('\n  ');
}
