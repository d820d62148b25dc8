import { TaskweaveError } from '@taskweave/common';
import type { Checkpoint } from '@taskweave/checkpoints';
import type { DrawnEdge } from '@taskweave/diagram';
import { directionsOf } from '@taskweave/search-space';
import type { DirectionChoice, EdgeChoice } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';

/**
 * The candidate edges in edge order, with what the search made of them by the time of a checkpoint. Where nothing is
 * searched, the edges that the network has.
 */
export function decideEdges(plan: RunPlan, checkpoint: Checkpoint): DrawnEdge[] {
  const { edges } = buildSupernet(plan);
  if (plan.method !== 'search') return edges.map((edge) => ({ ...edge, probability: 1, kept: true }));
  const vector = (name: string): ArrayLike<number> => {
    const tensor = checkpoint.tensors['architecture']?.find((one) => one.name === name);
    if (tensor !== undefined) return tensor.data;
    throw new TaskweaveError({
      code: 'CHECKPOINT_DAMAGED',
      message: `The checkpoint ${checkpoint.folder} does not hold the architecture.`,
      subject: `${checkpoint.folder}, architecture`,
      found: `no tensor ${name}`,
    });
  };
  const [probabilities, gates] = [vector('probabilities'), vector('discrete_gates')];
  return edges.map((edge, index) => ({
    ...edge,
    probability: probabilities[index]!,
    kept: gates[index]! > 0.5,
  }));
}

/** Edges by direction, for people and scripts. */
export function describeDirections(plan: RunPlan, edges: readonly DrawnEdge[]): DirectionChoice[] {
  return directionsOf(edges).map(({ sourceNetwork, targetNetwork, edges: indices }) => {
    const own = indices.map((index) => edges[index]!);
    const choose = (kept: boolean): EdgeChoice[] =>
      own.filter((edge) => edge.kept === kept).map(({ id, probability }) => ({ id, probability }));
    return {
      from: plan.networks[sourceNetwork]!.task,
      to: plan.networks[targetNetwork]!.task,
      kept: choose(true),
      dropped: choose(false),
    };
  });
}

/** Mean binary entropy in nats: ln 2 for undecided edges, 0 for decided ones. */
export function meanEntropy(edges: readonly Pick<DrawnEdge, 'probability'>[]): number {
  const term = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
  const sum = edges.reduce((total, { probability: p }) => total + term(p) + term(1 - p), 0);
  return sum / edges.length;
}
