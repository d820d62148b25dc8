import type { ApiEdge, ApiNetwork } from '../../api/types.js';

/** The edges from one network into another. */
export interface DirectionGroup {
  /** `left → right`. */
  readonly label: string;
  /** A custom property. */
  readonly color: string;
  /** Indices in edge order. */
  readonly edges: readonly number[];
}

/** `conv1_1 → conv2_1`. */
export function edgeName(edge: ApiEdge, networks: readonly ApiNetwork[]): string {
  const source = networks[edge.sourceNetwork]!.stages[edge.sourceStage]!.name;
  const target = networks[edge.targetNetwork]!.stages[edge.targetStage]!.name;
  return `${source} → ${target}`;
}

/** The directions by source network, then target network, each with a colour of its own. */
export function directionGroups(
  edges: readonly ApiEdge[],
  networks: readonly ApiNetwork[],
  color: (index: number) => string,
): DirectionGroup[] {
  const groups = new Map<string, { label: string; order: number; edges: number[] }>();
  edges.forEach(({ sourceNetwork, targetNetwork }, index) => {
    const label = `${networks[sourceNetwork]!.task} → ${networks[targetNetwork]!.task}`;
    const order = sourceNetwork * networks.length + targetNetwork;
    const group = groups.get(label) ?? { label, order, edges: [] };
    group.edges.push(index);
    groups.set(label, group);
  });
  return [...groups.values()]
    .sort((a, b) => a.order - b.order)
    .map(({ label, edges: members }, index) => ({ label, color: color(index), edges: members }));
}
