import { elementCount } from '@taskweave/common';
import type { Supernet } from './supernet.js';

export interface NetworkCost {
  /** Weights, biases, scales and shifts; running statistics are not counted. */
  readonly params: number;
  /** Multiply-accumulates of convolutions and dense layers for one image. */
  readonly macs: number;
}

/** Size and cost of a network with just the edges it has (a dropped edge costs nothing). */
export function networkCost(supernet: Supernet): NetworkCost {
  const params = supernet.parameters
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const backbones = supernet.networks.reduce((sum, { backbone }) => sum + backbone.macs, 0);
  if (!supernet.fused) return { params, macs: backbones };
  const own = supernet.networks
    .flatMap(({ backbone }) => backbone.stages)
    .reduce((sum, { channels, height, width }) => sum + channels * channels * height * width, 0);
  return { params, macs: supernet.edges.reduce((sum, { macs }) => sum + macs, backbones + own) };
}
