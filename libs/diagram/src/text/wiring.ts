import {
  drawnDirections,
  stageName,
  stageShape,
  type ArchitectureDrawing,
  type DrawnDirection,
} from '../drawing.js';
import { lengthOf, printable, shorten } from '../label.js';
import { alignRows } from '../rows.js';
import { TextCanvas } from './canvas.js';
import { BOLD, DIM, directionCode } from './style.js';

/** Two networks as a circuit diagram. */

/** Text rows per stage: the stage, then what its fusion node takes from the right, then from the left. */
const STAGE_ROWS = 3;
const MAX_LABEL = 26;
const LANE_WIDTH = 2;

/** A vertical line that gathers all kept sources of one fusion node. */
interface Bus {
  readonly targetStage: number;
  /** Ascending, at least one. */
  readonly sourceStages: readonly number[];
  readonly lane: number;
}

/** One bus per fusion node that receives anything, on as few lanes as do without overlap. */
export function assignLanes({ kept }: Pick<DrawnDirection, 'kept'>): Bus[] {
  const sources = new Map<number, number[]>();
  for (const { targetStage, sourceStage } of kept) {
    sources.set(
      targetStage,
      [...(sources.get(targetStage) ?? []), sourceStage].sort((a, b) => a - b),
    );
  }
  /** Last stage that every lane is taken up to. */
  const taken: number[] = [];
  return [...sources]
    .map(([targetStage, sourceStages]) => ({ targetStage, sourceStages }))
    .sort((a, b) => a.sourceStages[0]! - b.sourceStages[0]! || a.targetStage - b.targetStage)
    .map((bus) => {
      const free = taken.findIndex((until) => until < bus.sourceStages[0]!);
      const lane = free >= 0 ? free : taken.length;
      taken[lane] = bus.targetStage;
      return { ...bus, lane };
    });
}

function laneCount(buses: readonly Bus[]): number {
  return buses.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
}

/**
 * The networks side by side, stages from top to bottom, with the kept edges as lines: what leaves a stage runs to
 * the gathering lines (joined at ●) of the fusion nodes (◆) that take it. Lines cross without joining at ┼.
 * Undefined if it would be wider than `width` columns.
 */
export function drawWiring(
  drawing: ArchitectureDrawing,
  width: number,
  color: boolean,
): string[] | undefined {
  const { rowOf: depthOf, blocks } = alignRows(drawing.networks);
  const aligned = drawing.edges.map((edge) => ({
    ...edge,
    sourceStage: depthOf[edge.sourceNetwork]![edge.sourceStage]!,
    targetStage: depthOf[edge.targetNetwork]![edge.targetStage]!,
  }));
  // Lines run down only.
  if (aligned.some(({ sourceStage, targetStage }) => sourceStage > targetStage)) return undefined;
  /** Label of every depth of both networks; undefined where a network has no stage. */
  const depths = blocks.reduce((sum, { count }) => sum + count, 0);
  const labels = [0, 1].map((network) =>
    Array.from({ length: depths }, (_, depth) => {
      const stage = depthOf[network]!.indexOf(depth);
      if (stage < 0) return undefined;
      return shorten(
        `${stageName(drawing, network, stage)}  ${stageShape(drawing, network, stage)}`,
        MAX_LABEL,
      );
    }),
  );
  const tasks = drawing.networks.map(({ task }) => shorten(printable(task), MAX_LABEL));
  const columns = [0, 1].map((n) =>
    Math.max(...[...labels[n]!, tasks[n]!].map((text = '') => lengthOf(text))),
  );
  const directions = drawnDirections({ ...drawing, edges: aligned }).map((direction, i) => ({
    ...direction,
    code: directionCode(i),
    buses: assignLanes(direction),
  }));
  const lanes = [0, 1].map((n) => laneCount(directions.find((d) => d.sourceNetwork === n)?.buses ?? []));
  // Lanes of the edges that leave the left network lie left, those of the right network right, so that the lines
  // from two stages at one height never meet.
  const gutterLeft = columns[0]! + 3;
  const gutter = Math.max(16, (lanes[0]! + lanes[1]!) * LANE_WIDTH + 8);
  const rightStart = gutterLeft + gutter + 3;
  const total = rightStart + columns[1]!;
  if (total > width) return undefined;

  const canvas = new TextCanvas(total, 2 + depths * STAGE_ROWS);
  const spines = [1, rightStart + 1];
  const rowOf = (depth: number) => 2 + depth * STAGE_ROWS;

  for (const { sourceNetwork, buses, code } of directions) {
    const fromLeft = sourceNetwork === 0;
    const laneX = (lane: number) =>
      fromLeft ? gutterLeft + 3 + lane * LANE_WIDTH : gutterLeft + gutter - 4 - lane * LANE_WIDTH;
    const tipX = fromLeft ? rightStart - 1 : spines[0]! + 2;
    for (const { targetStage, sourceStages, lane } of buses) {
      const x = laneX(lane);
      const arrival = rowOf(targetStage) + (fromLeft ? 2 : 1);
      canvas.vertical(x, rowOf(sourceStages[0]!), arrival, code);
      canvas.horizontal(arrival, x, tipX, code);
      canvas.text(tipX, arrival, fromLeft ? '▶' : '◀', code);
      for (const stage of sourceStages) {
        const edge = fromLeft ? lengthOf(labels[0]![stage]!) + 1 : rightStart - 2;
        canvas.horizontal(rowOf(stage), edge, x, code);
      }
    }
    for (const { sourceStages, lane } of buses) {
      for (const stage of sourceStages) canvas.text(laneX(lane), rowOf(stage), '●', code);
    }
  }

  [0, 1].forEach((n) => {
    const start = n === 0 ? 0 : rightStart;
    canvas.text(start, 0, tasks[n]!, BOLD);
    labels[n]!.forEach((label, depth) => {
      const row = rowOf(depth);
      for (const y of [row, row + 1, row + 2]) canvas.text(spines[n]!, y, '│', DIM);
      if (label === undefined) return;
      const receives = aligned.some((e) => e.kept && e.targetNetwork === n && e.targetStage === depth);
      const fusionRow = row + (n === 0 ? 1 : 2);
      canvas.text(spines[n]!, fusionRow, receives ? '◆' : '◇', receives ? BOLD : DIM);
      canvas.text(start, row, label);
    });
  });
  return canvas.render(color);
}
