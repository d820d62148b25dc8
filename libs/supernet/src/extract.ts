import { TaskweaveError } from '@taskweave/common';
import { float32, type HostTensor, type HostTensors } from '@taskweave/engine';
import { fusionSources } from '@taskweave/search-space';
import { fusionWeightName } from './fusion.js';
import type { Supernet } from './supernet.js';

export interface DiscreteNetwork {
  readonly network: Supernet;
  readonly parameters: HostTensors;
}

/**
 * The discrete network of a supernet: kept edges at full strength, dropped ones removed together with their slices
 * of the fusion kernels. Nothing is retrained (MTL-NAS, CVPR 2020).
 *
 * @param parameters the supernet's trained parameters
 * @param kept one flag per edge, in edge order
 */
export function extractDiscrete(
  supernet: Supernet,
  parameters: HostTensors,
  kept: readonly boolean[],
): DiscreteNetwork {
  const network = supernet.withEdges(supernet.edges.filter((_, index) => kept[index] === true));
  const extracted: HostTensors = {};
  for (const { name } of network.parameters) {
    const value = parameters[name];
    if (value === undefined) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'The supernet lacks a parameter.',
        subject: name,
      });
    }
    extracted[name] = value;
  }
  if (!supernet.fused) return { network, parameters: extracted };
  supernet.networks.forEach(({ backbone }, n) =>
    backbone.stages.forEach(({ channels }, stage) => {
      const name = fusionWeightName(supernet.fusionPrefix(n, stage));
      const sources = fusionSources(supernet.edges, n, stage).map(({ index }) => kept[index] === true);
      extracted[name] = sliceKernel(extracted[name]!, channels, sources);
    }),
  );
  return { network, parameters: extracted };
}

/** Keeps the own feature's rows of a fusion kernel [1, 1, (k + 1)·C, C] and those of the kept sources. */
function sliceKernel({ data }: HostTensor, channels: number, kept: readonly boolean[]): HostTensor {
  const block = channels * channels;
  const blocks = [true, ...kept].flatMap((keep, i) =>
    keep ? [data.subarray(i * block, (i + 1) * block)] : [],
  );
  const result = new Float32Array(blocks.length * block);
  blocks.forEach((part, i) => result.set(part, i * block));
  return float32([1, 1, blocks.length * channels, channels], result);
}
