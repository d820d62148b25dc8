import { TaskweaveError } from '@taskweave/common';
import { tf, withScope, type Tensor } from '@taskweave/engine';
import type { FusionNode } from './fusion-node.js';
import { gateFactors, initialShares, weightedSum } from './weighted-sum.js';

/** Subspaces of every feature. */
const SUBSPACES = 2;

/**
 * One task's rows of a sluice network's mixing matrix (Ruder et al., AAAI 2019): each half of the output's channels is a
 * learnt sum of both halves of all T features, without BN and ReLU. The nodes of all tasks after a stage together are the
 * 2T x 2T matrix.
 *
 * The weight is [2, 2(k + 1)], a row for each half of the output; its columns are the halves of the own feature, then of
 * each source. A half starts as the weighted sum of its namesakes: other entries are 0.
 */
export const sluiceNode: FusionNode = {
  declare(prefix, { name, channels }, incoming, { init }) {
    if (channels % SUBSPACES !== 0) throw oddChannels(prefix, name, channels);
    const shares = initialShares(incoming.length, init);
    const row = (half: number): number[] => shares.flatMap((share) => (half === 0 ? [share, 0] : [0, share]));
    return [
      {
        name: `${prefix}/weight`,
        shape: [SUBSPACES, SUBSPACES * shares.length],
        group: 'fusion',
        trainable: true,
        initial: { kind: 'values', values: () => Float32Array.from([...row(0), ...row(1)]) },
      },
    ];
  },
  fuse: (context, prefix, own, sources, gates) =>
    withScope(prefix, () => {
      const halves = [own, ...sources].flatMap(split);
      const weight = context.parameter(`${prefix}/weight`);
      const rows = [0, 1].map((half) => {
        const row = tf.reshape(tf.slice(weight, [half, 0], [1, halves.length]), [halves.length]);
        return gates === undefined ? row : tf.mul(row, twice(gateFactors(gates)));
      });
      return tf.concat(
        rows.map((row) => weightedSum(row, halves)),
        3,
      );
    }),
  macs: ({ channels, height, width }, incoming) =>
    SUBSPACES * (incoming.length + 1) * channels * height * width,
};

/** The two halves of a feature's channels. */
function split(feature: Tensor): Tensor[] {
  const [batch, height, width, channels] = feature.shape as [number, number, number, number];
  const half = channels / SUBSPACES;
  return [0, half].map((from) => tf.slice(feature, [0, 0, 0, from], [batch, height, width, half]));
}

/** Each number two times in a row: [k] to [2k]. */
function twice(values: Tensor): Tensor {
  const count = values.shape[0]!;
  return tf.reshape(tf.mul(tf.reshape(values, [count, 1]), tf.ones([1, SUBSPACES])), [SUBSPACES * count]);
}

function oddChannels(prefix: string, stage: string, channels: number): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The method sluice divides the channels of every stage in two halves.',
    subject: `${prefix.split('/')[0]}, stage ${stage}`,
    found: `${channels} channels`,
    expected: 'an even number of channels',
    action: 'Change the channels of the backbone, or choose another method.',
  });
}
