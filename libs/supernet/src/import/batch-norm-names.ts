import type { ParameterSource } from './weight-format.js';

/** Our names of the parts of a batch normalisation, and PyTorch's. */
const PARTS = [
  ['gamma', 'weight'],
  ['beta', 'bias'],
  ['mean', 'running_mean'],
  ['variance', 'running_var'],
] as const;

/**
 * Sources of a batch normalisation.
 *
 * @param ours prefix of our parameters, e.g. `rooms/conv1_1/bn`
 * @param theirs prefix of the tensors, e.g. `bn1`
 * @param bias name of the bias of the convolution before it, which ours do not have: what is added before the
 *   normalisation is as good as subtracted from the mean
 */
export function batchNormSources(ours: string, theirs: string, bias?: string): ParameterSource[] {
  return PARTS.map(([our, their]) => ({
    parameter: `${ours}/${our}`,
    from: `${theirs}.${their}`,
    ...(our === 'mean' && bias !== undefined && { minus: bias }),
  }));
}

/** PyTorch counts the batches that running statistics have seen; nothing here reads the count. */
export function isBatchCount(name: string): boolean {
  return name.endsWith('.num_batches_tracked');
}
