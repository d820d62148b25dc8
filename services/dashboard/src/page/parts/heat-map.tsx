import { useEffect, useRef, useState } from 'preact/hooks';
import { lineAt, probability, type Gates } from '../data/gates.js';
import { formatNumber } from '../data/format.js';
import { rgb, theme, themeColor } from './colors.js';
import type { DirectionGroup } from './direction-groups.js';

/** Height of the row of an edge, in pixels: many edges get lower ones. */
const rowHeight = (edges: number): number => (edges > 40 ? 7 : edges > 20 ? 12 : edges > 10 ? 18 : 22);

export interface HeatMapProps {
  readonly group: DirectionGroup;
  readonly gates: Gates;
  /** Name of every edge, in edge order. */
  readonly names: readonly string[];
  /** Line of the gates that is looked at. */
  readonly line: number;
  /** Lets another line be looked at. */
  readonly onLine: (line: number) => void;
}

/** How likely each edge of one direction was over time: a row each, darker the likelier. */
export function HeatMap({ group, gates, names, line, onLine }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<string | undefined>(undefined);
  const height = rowHeight(group.edges.length);
  const lines = gates.steps.length;

  useEffect(() => {
    const element = canvas.current;
    if (element === null || lines === 0) return;
    element.width = lines;
    element.height = group.edges.length;
    paint(element.getContext('2d')!, group, gates);
  }, [group, gates, theme.value]);

  const lineOf = (event: PointerEvent): number => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    return Math.max(0, Math.min(lines - 1, Math.floor(((event.clientX - left) / width) * lines)));
  };
  const onMove = (event: PointerEvent): void => {
    const at = lineOf(event);
    const { top, height: high } = canvas.current!.getBoundingClientRect();
    const row = Math.floor(((event.clientY - top) / high) * group.edges.length);
    const edge = group.edges[Math.max(0, Math.min(group.edges.length - 1, row))]!;
    setPointed(`${names[edge]} at step ${gates.steps[at]}: ${formatNumber(probability(gates, at, edge))}`);
    if (event.buttons === 1) onLine(at);
  };
  const labelled = height >= 12;
  return (
    <div class="heat">
      <h3 style={{ color: `var(${group.color})` }}>{group.label}</h3>
      <div class="heat-body">
        {labelled && (
          <div class="heat-names" aria-hidden="true">
            {group.edges.map((edge) => (
              <span key={edge} style={{ height: `${height}px`, lineHeight: `${height}px` }}>
                {names[edge]}
              </span>
            ))}
          </div>
        )}
        <div class="heat-map" style={{ height: `${height * group.edges.length}px` }}>
          <canvas
            ref={canvas}
            role="img"
            aria-label={describe(group, gates, names, line)}
            onPointerDown={(event) => onLine(lineOf(event))}
            onPointerMove={onMove}
            onPointerLeave={() => setPointed(undefined)}
          />
          {lines > 0 && (
            <span
              class="heat-cursor"
              style={{ left: `${(100 * (line + 0.5)) / lines}%` }}
              aria-hidden="true"
            />
          )}
        </div>
      </div>
      <p class="heat-note">
        {pointed ?? `Step ${gates.steps[line] ?? 0}: ${countAbove(group, gates, line)}`}
      </p>
    </div>
  );
}

function paint(context: CanvasRenderingContext2D, { edges, color }: DirectionGroup, gates: Gates): void {
  const [low, high] = [rgb(themeColor('--heat-low')), rgb(themeColor(color))];
  const image = context.createImageData(gates.steps.length, edges.length);
  edges.forEach((edge, row) => {
    for (let line = 0; line < gates.steps.length; line++) {
      const p = probability(gates, line, edge);
      const at = 4 * (row * gates.steps.length + line);
      for (let part = 0; part < 3; part++)
        image.data[at + part] = low[part]! + p * (high[part]! - low[part]!);
      image.data[at + 3] = 255;
    }
  });
  context.putImageData(image, 0, 0);
}

function countAbove({ edges }: DirectionGroup, gates: Gates, line: number): string {
  const above = edges.filter((edge) => probability(gates, line, edge) > 0.5).length;
  return `${above} of ${edges.length} edges above 0.5`;
}

function describe(group: DirectionGroup, gates: Gates, names: readonly string[], line: number): string {
  if (gates.steps.length === 0) return `${group.label}: nothing yet`;
  const likely = group.edges
    .filter((edge) => probability(gates, line, edge) > 0.5)
    .map((edge) => names[edge]);
  const list = likely.length > 0 ? `: ${likely.join(', ')}` : '';
  return `Heat map of ${group.label} over ${gates.steps.length} steps. At step ${gates.steps[line]} ${countAbove(group, gates, line)}${list}.`;
}

/** Index of the line that is looked at: the last one unless a step was chosen. */
export function chosenLine(gates: Gates, step: number | undefined): number {
  return step === undefined ? gates.steps.length - 1 : lineAt(gates, step);
}
