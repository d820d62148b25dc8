import { checkNetworks, checkSameShape } from './declaration-check.js';
import type { NetworkDeclaration } from './declaration.js';
import { sourcesByRule, type EdgeRule } from './edge-rule.js';

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
  /** C: channels of the target. */
  readonly channels: number;
  /** S: channels of the source; those of the target, unless the edge crosses blocks. */
  readonly sourceChannels: number;
  /**
   * Multiply-accumulates that the edge costs for one image: S·C·H·W at the target's size, its slice of the fusion's 1x1
   * convolution. Resizing is not counted.
   */
  readonly macs: number;
  /** Weights that the edge costs: S·C. */
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

/**
 * The candidate edges between any number of networks by a rule: by default that of MTL-NAS (CVPR 2020), stage j of one
 * network may feed the fusion after stage i of another iff both lie in the same resolution block, j <= i and
 * i - j < depthLimit. Networks may differ in depth; a stage without counterpart has no edges.
 *
 * The order - by target network, target stage, source network, source stage, ascending - is the order of every
 * vector of gates and alphas. One network alone has no edges.
 *
 * @throws TaskweaveError `CONFIG_INVALID` if the depth limit is no integer >= 1, or if the two ends of a `same-block`
 *   edge differ in shape
 */
export function candidateEdges(networks: readonly NetworkDeclaration[], rule: EdgeRule): Edge[] {
  checkNetworks(networks);
  const edges: Edge[] = [];
  networks.forEach((target, targetNetwork) => {
    const sources = networks.map(({ stages }) => sourcesByRule(stages, target.stages, rule));
    target.stages.forEach((into, targetStage) => {
      networks.forEach((source, sourceNetwork) => {
        if (sourceNetwork === targetNetwork) return;
        for (const sourceStage of sources[sourceNetwork]![targetStage]!) {
          const from = source.stages[sourceStage]!;
          if (rule.rule !== 'cross-block') {
            checkSameShape({ task: source.task, stage: from }, { task: target.task, stage: into });
          }
          const params = from.channels * into.channels;
          edges.push({
            id: `${source.task}/${from.name}->${target.task}/${into.name}`,
            sourceNetwork,
            sourceStage,
            targetNetwork,
            targetStage,
            channels: into.channels,
            sourceChannels: from.channels,
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
