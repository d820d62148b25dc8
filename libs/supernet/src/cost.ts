import { elementCount } from '@taskweave/common';
import { fusionSources } from '@taskweave/search-space';
import type { Supernet } from './supernet.js';

export interface NetworkCost {
  /** Weights, biases, scales and shifts; running statistics are not counted. */
  readonly params: number;
  /** Multiply-accumulates of convolutions, dense layers and weighted sums of feature maps for one image. */
  readonly macs: number;
}

/** Size and cost of a network with just the edges it has (a dropped edge costs nothing). */
export function networkCost(supernet: Supernet): NetworkCost {
  const params = supernet.parameters
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const macs = supernet.networks.reduce(
    (sum, { backbone }, n) => sum + (n < supernet.trunks.length ? backbone.macs : backbone.headMacs),
    0,
  );
  return { params, macs: supernet.fused ? macs + fusionMacs(supernet) : macs };
}

function fusionMacs({ trunks, edges, node }: Supernet): number {
  return trunks
    .flatMap(({ backbone }, n) =>
      backbone.stages.map((stage, index) => node.macs(stage, fusionSources(edges, n, index))),
    )
    .reduce((sum, macs) => sum + macs, 0);
}
