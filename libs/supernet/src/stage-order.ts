import { TaskweaveError } from '@taskweave/common';
import type { Edge } from '@taskweave/search-space';

/** A stage of one of several networks. */
export interface StagePlace {
  readonly network: number;
  readonly stage: number;
}

/** What can be computed once everything before it has been: stages, then fusions. */
export interface ForwardRank {
  readonly stages: readonly StagePlace[];
  readonly fusions: readonly StagePlace[];
}

/**
 * The order in which the stages of networks side by side and the fusions after them can be computed: a stage needs the
 * fusion before it, a fusion the stages that feed it. Networks of one block structure go in step; where structures
 * differ, the one waits for the other.
 *
 * @param depths number of stages of every network
 * @throws TaskweaveError INTERNAL when the edges wait for each other in a circle; candidate edges never do
 */
export function forwardOrder(depths: readonly number[], edges: readonly Edge[]): ForwardRank[] {
  const computed = depths.map(() => 0);
  const fused = depths.map(() => 0);
  const ranks: ForwardRank[] = [];
  while (depths.some((depth, network) => fused[network]! < depth)) {
    const stages = depths.flatMap((depth, network): StagePlace[] => {
      const stage = computed[network]!;
      return stage < depth && fused[network] === stage ? [{ network, stage }] : [];
    });
    for (const { network } of stages) computed[network]!++;
    const fusions = depths.flatMap((_, network): StagePlace[] => {
      const stage = fused[network]!;
      const ready =
        stage < computed[network]! &&
        edges.every(
          (edge) =>
            edge.targetNetwork !== network ||
            edge.targetStage !== stage ||
            edge.sourceStage < computed[edge.sourceNetwork]!,
        );
      return ready ? [{ network, stage }] : [];
    });
    for (const { network } of fusions) fused[network]!++;
    if (stages.length + fusions.length === 0) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'The edges between the networks wait for each other in a circle.',
        found: edges.map(({ id }) => id).join(', '),
        expected: 'edges from stages that are no deeper than their targets',
      });
    }
    ranks.push({ stages, fusions });
  }
  return ranks;
}
