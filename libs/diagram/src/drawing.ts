import { directionsOf, type Edge, type NetworkDeclaration } from '@taskweave/search-space';
import { printable } from './label.js';

/** A candidate edge and what became of it. */
export interface DrawnEdge extends Edge {
  /** Probability with which the search would keep it, 0..1. */
  readonly probability: number;
  /** Whether it is part of the architecture. */
  readonly kept: boolean;
}

/** A multi-task architecture to draw. */
export interface ArchitectureDrawing {
  readonly title: string;
  /** The networks, as the edges number them. */
  readonly networks: readonly NetworkDeclaration[];
  /** All candidate edges, in edge order. */
  readonly edges: readonly DrawnEdge[];
  /** Short lines under the title, e.g. `left 98.2 %, right 97.6 %`. */
  readonly metrics?: readonly string[];
}

/** The edges from one network into another. */
export interface DrawnDirection {
  /** Task the features come from, safe to print. */
  readonly source: string;
  /** Task that takes them, safe to print. */
  readonly target: string;
  /** `left → right`. */
  readonly label: string;
  readonly sourceNetwork: number;
  readonly targetNetwork: number;
  readonly edges: readonly DrawnEdge[];
  readonly kept: readonly DrawnEdge[];
}

/** The directions of a drawing, by source network, then target network: the order of legends and lists. */
export function drawnDirections({ networks, edges }: ArchitectureDrawing): DrawnDirection[] {
  return directionsOf(edges)
    .map(({ sourceNetwork, targetNetwork, edges: members }) => {
      const source = printable(networks[sourceNetwork]!.task);
      const target = printable(networks[targetNetwork]!.task);
      const drawn = members.map((index) => edges[index]!);
      const kept = drawn.filter((edge) => edge.kept);
      return {
        source,
        target,
        label: `${source} → ${target}`,
        sourceNetwork,
        targetNetwork,
        edges: drawn,
        kept,
      };
    })
    .sort((a, b) => a.sourceNetwork - b.sourceNetwork || a.targetNetwork - b.targetNetwork);
}

/** Printable name of a stage. */
export function stageName({ networks }: ArchitectureDrawing, network: number, stage: number): string {
  return printable(networks[network]!.stages[stage]!.name);
}

/** `16 × 18 × 18`: channels, height and width. */
export function stageShape({ networks }: ArchitectureDrawing, network: number, stage: number): string {
  const { channels, height, width } = networks[network]!.stages[stage]!;
  return `${channels} × ${height} × ${width}`;
}
