import { tf, withScope } from '@taskweave/engine';
import type { FusionNode } from './fusion-node.js';
import { gateFactors, initialShares, weightedSum } from './weighted-sum.js';

/**
 * A cross-stitch unit: a_0·own + sum of a_m·g_m·source_m with learnt scalars a, without BN and ReLU (Misra et al., CVPR
 * 2016; the form with any number of sources is that of MTL-NAS, CVPR 2020).
 */
export const crossStitchNode: FusionNode = {
  declare: (prefix, _stage, incoming, { init }) => [
    {
      name: `${prefix}/weight`,
      shape: [incoming.length + 1],
      group: 'fusion',
      trainable: true,
      initial: { kind: 'values', values: () => Float32Array.from(initialShares(incoming.length, init)) },
    },
  ],
  fuse: (context, prefix, own, sources, gates) =>
    withScope(prefix, () => {
      const weights = context.parameter(`${prefix}/weight`);
      const gated = gates === undefined ? weights : tf.mul(weights, gateFactors(gates));
      return weightedSum(gated, [own, ...sources]);
    }),
  macs: ({ channels, height, width }, incoming) => (incoming.length + 1) * channels * height * width,
};
