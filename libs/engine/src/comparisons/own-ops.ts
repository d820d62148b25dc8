import fc from 'fast-check';
import { int32, type HostTensors } from '../host-tensor.js';
import { cosineSimilarity } from '../ops/cosine.js';
import { maskedCrossEntropy } from '../ops/cross-entropy.js';
import { dropout } from '../ops/dropout.js';
import { randomNormal, randomUniform } from '../ops/random.js';
import { normal } from '../test-values.js';
import { indices, on, shapeOfRank, size, withoutGradients, type Comparisons } from './comparison.js';

const step = fc.nat(1_000_000).map((value) => int32([], [value]));

const randomState: fc.Arbitrary<HostTensors> = fc
  .tuple(shapeOfRank(1, 4), step)
  .map(([shape, at]) => ({ x: normal('x', shape), step: at }));

export const OWN_COMPARISONS: Comparisons = {
  cosineSimilarity: on(
    shapeOfRank(1, 4).map((shape) => ({ p: normal('p', shape), q: normal('q', shape) })),
    ({ p, q }) => cosineSimilarity(p!, q!),
  ),
  maskedCrossEntropy: on(
    fc.tuple(shapeOfRank(1, 3), size).map(([shape, others]): HostTensors => ({
      logits: normal('logits', [...shape, others + 1]),
      labels: indices(shape, others + 1),
    })),
    ({ logits, labels }) => maskedCrossEntropy(logits!, labels!, 1),
  ),
  dropout: on(randomState, ({ x, step: at }) => dropout(x!, 0.4, { seed: 5, stream: 'dropout', step: at! })),
  randomUniform: {
    ...withoutGradients(
      on(randomState, ({ x, step: at }) =>
        randomUniform(x!.shape, { seed: 2 ** 32 - 1, stream: 'uniform', step: at! }),
      ),
    ),
    tolerance: 0,
  },
  randomNormal: {
    ...withoutGradients(
      on(randomState, ({ x, step: at }) => randomNormal(x!.shape, { seed: 1, stream: 'normal', step: at! })),
    ),
    tolerance: 1e-6,
  },
};
