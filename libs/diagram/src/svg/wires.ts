import type { DrawnEdge } from '../drawing.js';
import { BOX, FUSION_RADIUS, type Layout, type Row } from './layout.js';

/** The line of one edge. */
export interface Wire {
  readonly edge: DrawnEdge;
  /** SVG path data, ending at the fusion node. */
  readonly path: string;
  /** Tip of the arrow. */
  readonly tip: { readonly x: number; readonly y: number };
  /** 1 if the line ends running to the right, -1 if to the left. */
  readonly heading: 1 | -1;
}

const PORT_SPACING = 9;
const TIP_SPACING = 5.5;
const TIP_GAP = 2;

function number(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}

/** An S-curve that leaves and arrives horizontally. */
function curve(from: [number, number], to: [number, number]): string {
  const bend = (to[0] - from[0]) * 0.5;
  const points = [from[0] + bend, from[1], to[0] - bend, to[1], ...to].map(number);
  return `C${points.join(' ')}`;
}

function headingOf({ sourceNetwork, targetNetwork }: DrawnEdge): 1 | -1 {
  return targetNetwork > sourceNetwork ? 1 : -1;
}

/** Distance of an edge's end from the middle, where `edge` is one of `sharing` that are spread `spacing` apart. */
function spread(edge: DrawnEdge, sharing: readonly DrawnEdge[], spacing: number): number {
  return (sharing.indexOf(edge) - (sharing.length - 1) / 2) * spacing;
}

/** Edges that leave the same side of the same box; the nearest target first, so that they do not cross. */
function leavingWith(edge: DrawnEdge, edges: readonly DrawnEdge[]): DrawnEdge[] {
  return edges
    .filter(
      (other) =>
        other.sourceNetwork === edge.sourceNetwork &&
        other.sourceStage === edge.sourceStage &&
        headingOf(other) === headingOf(edge),
    )
    .sort((a, b) => a.targetStage - b.targetStage || Math.abs(a.targetNetwork - b.targetNetwork));
}

/** Edges that reach the same fusion node from the same side; the shallowest source first. */
function arrivingWith(edge: DrawnEdge, edges: readonly DrawnEdge[]): DrawnEdge[] {
  return edges
    .filter(
      (other) =>
        other.targetNetwork === edge.targetNetwork &&
        other.targetStage === edge.targetStage &&
        headingOf(other) === headingOf(edge),
    )
    .sort((a, b) => a.sourceStage - b.sourceStage || a.sourceNetwork - b.sourceNetwork);
}

/** The lines of all edges, in their order. */
export function routeWires(edges: readonly DrawnEdge[], { columns, rows, rowOf, lanes }: Layout): Wire[] {
  const rowAt = (network: number, stage: number): Row => rows[rowOf[network]![stage]!]!;
  return edges.map((edge) => {
    const heading = headingOf(edge);
    const half = (heading * BOX.width) / 2;
    const arriving = arrivingWith(edge, edges);
    const tipSpacing = Math.min(TIP_SPACING, (2 * FUSION_RADIUS) / arriving.length);
    const fusionX = columns[edge.targetNetwork]!;
    const tipY = rowAt(edge.targetNetwork, edge.targetStage).fusionY + spread(edge, arriving, tipSpacing);
    const tipX = fusionX - heading * (FUSION_RADIUS + TIP_GAP);
    const leaving = leavingWith(edge, edges);
    const portSpacing = Math.min(PORT_SPACING, (BOX.height - 12) / leaving.length);
    const portY =
      rowAt(edge.sourceNetwork, edge.sourceStage).boxTop +
      BOX.height / 2 +
      spread(edge, leaving, portSpacing);
    const port: [number, number] = [columns[edge.sourceNetwork]! + half, portY];
    const parts = [`M${number(port[0])} ${number(port[1])}`];
    const lane = lanes.get(edge.id);
    let from = port;
    if (lane !== undefined) {
      // Down to the lane within the first gutter, then straight below the boxes in between.
      const next = columns[edge.sourceNetwork + heading]!;
      const last = columns[edge.targetNetwork - heading]!;
      parts.push(curve(from, [next - half, lane]), `H${number(last + half)}`);
      from = [last + half, lane];
    }
    parts.push(curve(from, [fusionX - half, tipY]), `H${number(tipX)}`);
    return { edge, path: parts.join(''), tip: { x: tipX, y: tipY }, heading };
  });
}
