import { declareFusion, fuse } from '../fusion.js';
import type { FusionNode } from './fusion-node.js';

/** The node that is searched: a 1x1 convolution over all features, BN and ReLU (see `../fusion.ts`). */
export const convolutionNode: FusionNode = {
  declare: (prefix, { channels }, incoming, { init }) =>
    declareFusion(
      prefix,
      channels,
      incoming.map(({ sourceChannels }) => sourceChannels),
      init,
    ),
  fuse,
  macs: ({ channels, height, width }, incoming) =>
    incoming.reduce((sum, { macs }) => sum + macs, channels * channels * height * width),
};
