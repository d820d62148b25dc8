import { TaskweaveError } from '@taskweave/common';
import { checkNetworks, checkSameShape } from './declaration-check.js';
import type { NetworkDeclaration } from './declaration.js';

/** A candidate cross-task edge: from the pre-fusion output of a stage into a fusion node of another network. */
export interface Edge {
  /** `<source task>/<source stage>-><target task>/<target stage>`, e.g. `left/conv2_1->right/conv2_2`. */
  readonly id: string;
  /** Index of the network the features come from. */
  readonly sourceNetwork: number;
  /** Index of the stage the features come from. */
  readonly sourceStage: number;
  /** Index of the network whose fusion node takes the features. */
  readonly targetNetwork: number;
  /** Index of the stage after which they are fused. */
  readonly targetStage: number;
  /** C: channels at both ends. */
  readonly channels: number;
  /** Multiply-accumulates that the edge costs for one image: C·C·H·W, its slice of the fusion's 1x1 convolution. */
  readonly macs: number;
  /** Weights that the edge costs: C·C. */
  readonly params: number;
}

/** An edge together with its place in the edge order, i.e. its place in every vector of gates or alphas. */
export interface IndexedEdge extends Edge {
  readonly index: number;
}

/** All candidate edges from one network into another. */
export interface Direction {
  readonly sourceNetwork: number;
  readonly targetNetwork: number;
  /** Indices into the edge list, ascending. */
  readonly edges: readonly number[];
}

export interface EdgeRule {
  /**
   * How far back a source may lie: stage j feeds the fusion after stage i iff i - j < depthLimit. An integer >= 1;
   * 1 allows same-depth edges only, MTL-NAS (CVPR 2020) uses 3.
   */
  readonly depthLimit: number;
}

/**
 * The candidate edges by the rule of MTL-NAS (CVPR 2020), for any number of networks: stage j of one network may
 * feed the fusion after stage i of another iff both lie in the same resolution block, j <= i and
 * i - j < depthLimit.
 *
 * The order - by target network, target stage, source network, source stage, ascending - is the order of every
 * vector of gates and alphas. One network alone has no edges.
 *
 * @throws TaskweaveError `CONFIG_INVALID` if the depth limit is no integer >= 1, or if the networks differ in block
 *   structure or in the shapes at the two ends of an edge (nothing is ever resized)
 */
export function candidateEdges(networks: readonly NetworkDeclaration[], { depthLimit }: EdgeRule): Edge[] {
  if (!Number.isInteger(depthLimit) || depthLimit < 1) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'the depth limit leaves no candidate edge',
      subject: 'space.depthLimit',
      found: `${depthLimit}`,
      expected: 'an integer >= 1',
    });
  }
  checkNetworks(networks);
  const edges: Edge[] = [];
  networks.forEach((target, targetNetwork) => {
    target.stages.forEach((into, targetStage) => {
      networks.forEach((source, sourceNetwork) => {
        if (sourceNetwork === targetNetwork) return;
        for (
          let sourceStage = Math.max(0, targetStage - depthLimit + 1);
          sourceStage <= targetStage;
          sourceStage++
        ) {
          const from = source.stages[sourceStage]!;
          if (from.block !== into.block) continue;
          checkSameShape({ task: source.task, stage: from }, { task: target.task, stage: into });
          const params = into.channels ** 2;
          edges.push({
            id: `${source.task}/${from.name}->${target.task}/${into.name}`,
            sourceNetwork,
            sourceStage,
            targetNetwork,
            targetStage,
            channels: into.channels,
            macs: params * into.height * into.width,
            params,
          });
        }
      });
    });
  });
  return edges;
}

/** The edges into the fusion node after one stage of one network, in edge order: the order of its concatenation. */
export function fusionSources(edges: readonly Edge[], network: number, stage: number): IndexedEdge[] {
  return edges
    .map((edge, index) => ({ ...edge, index }))
    .filter(({ targetNetwork, targetStage }) => targetNetwork === network && targetStage === stage);
}

/** The edges grouped by (target network, source network), in the order in which the groups first occur. */
export function directionsOf(edges: readonly Edge[]): Direction[] {
  const groups = new Map<string, { sourceNetwork: number; targetNetwork: number; edges: number[] }>();
  edges.forEach(({ sourceNetwork, targetNetwork }, index) => {
    const key = `${sourceNetwork}->${targetNetwork}`;
    const group = groups.get(key) ?? { sourceNetwork, targetNetwork, edges: [] };
    group.edges.push(index);
    groups.set(key, group);
  });
  return [...groups.values()];
}
