import { batchNormInference, batchNormTraining, runningStatistics, type Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';
import type { ParameterDeclaration, ParameterGroup } from '../parameters.js';

/** Scale, shift and running statistics of `channels` channels. */
export function declareBatchNorm(
  prefix: string,
  channels: number,
  group: ParameterGroup,
): ParameterDeclaration[] {
  const vector = (name: string, value: number, trainable: boolean): ParameterDeclaration => ({
    name: `${prefix}/${name}`,
    shape: [channels],
    group,
    trainable,
    initial: { kind: 'constant', value },
  });
  return [
    vector('gamma', 1, true),
    vector('beta', 0, true),
    vector('mean', 0, false),
    vector('variance', 1, false),
  ];
}

/** Batch normalisation over all axes but the last. */
export function batchNorm(context: ForwardContext, prefix: string, x: Tensor): Tensor {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((name) =>
    context.parameter(`${prefix}/${name}`),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const { epsilon, momentum } = context.batchNorm;
  if (!context.training) return batchNormInference(x, gamma, beta, mean, variance, epsilon);
  const { output, ...batch } = batchNormTraining(x, gamma, beta, epsilon);
  const next = runningStatistics({ mean, variance }, batch, momentum, x.size / x.shape.at(-1)!);
  context.statistics[`${prefix}/mean`] = next.mean;
  context.statistics[`${prefix}/variance`] = next.variance;
  return output;
}
