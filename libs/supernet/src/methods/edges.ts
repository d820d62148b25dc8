import { TaskweaveError } from '@taskweave/common';
import { candidateEdges, type Edge, type StageDeclaration } from '@taskweave/search-space';
import type { Method, RunSpec } from '@taskweave/spec';
import type { TaskNetwork } from '../supernet.js';

/** The candidate edges of a search between networks. */
export function candidates(networks: readonly TaskNetwork[], space: RunSpec['space']): Edge[] {
  const declarations = networks.map(({ task, backbone }) => ({
    task: task.id,
    stages: [...backbone.stages],
  }));
  return candidateEdges(declarations, space);
}

/** The edges between stages of the same depth only. */
export function sameDepth(networks: readonly TaskNetwork[], space: RunSpec['space']): Edge[] {
  return candidates(networks, { ...space, depthLimit: 1 });
}

/**
 * Checks that feature maps can be added to each other.
 *
 * @param method that adds them
 * @throws TaskweaveError CONFIG_INVALID for an edge between stages of different shapes
 */
export function checkSameShapes(
  method: Method,
  networks: readonly TaskNetwork[],
  edges: readonly Edge[],
): void {
  const shape = ({ channels, height, width }: StageDeclaration) => `${channels}x${height}x${width}`;
  for (const { id, sourceNetwork, sourceStage, targetNetwork, targetStage } of edges) {
    const from = shape(networks[sourceNetwork]!.backbone.stages[sourceStage]!);
    const to = shape(networks[targetNetwork]!.backbone.stages[targetStage]!);
    if (from === to) continue;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `The method ${method} adds feature maps, which takes equal shapes.`,
      subject: id,
      found: `${from} into ${to} (channels x height x width)`,
      expected: 'the same at both ends',
      action: 'Give all tasks the same backbone, or choose the method nddr.',
    });
  }
}
