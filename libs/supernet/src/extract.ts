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
 * Networks without gates have nothing to decide, and are what they are.
 *
 * @param parameters the supernet's trained parameters
 * @param kept one flag per edge, in edge order
 */
export function extractDiscrete(
  supernet: Supernet,
  parameters: HostTensors,
  kept: readonly boolean[],
): DiscreteNetwork {
  const network = !supernet.gated
    ? supernet
    : supernet.withEdges(supernet.edges.filter((_, index) => kept[index] === true));
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
  if (!supernet.gated || !supernet.fused) return { network, parameters: extracted };
  supernet.networks.forEach(({ backbone }, n) =>
    backbone.stages.forEach(({ channels }, stage) => {
      const name = fusionWeightName(supernet.fusionPrefix(n, stage));
      const sources = fusionSources(supernet.edges, n, stage).map(({ index, sourceChannels }) => ({
        rows: sourceChannels,
        kept: kept[index] === true,
      }));
      extracted[name] = sliceKernel(extracted[name]!, channels, sources);
    }),
  );
  return { network, parameters: extracted };
}

/** Keeps the own feature's rows of a fusion kernel [1, 1, C + S_1 + ... + S_k, C] and those of the kept sources. */
function sliceKernel(
  { data }: HostTensor,
  channels: number,
  sources: readonly { readonly rows: number; readonly kept: boolean }[],
): HostTensor {
  let start = 0;
  const parts = [{ rows: channels, kept: true }, ...sources].flatMap(({ rows, kept }) => {
    const part = data.subarray(start * channels, (start + rows) * channels);
    start += rows;
    return kept ? [part] : [];
  });
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    result.set(part, end);
    end += part.length;
  }
  return float32([1, 1, result.length / channels, channels], result);
}
