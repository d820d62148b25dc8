import type uPlot from 'uplot';
import { faint, themeColor } from './colors.js';
import type { Aligned, Line } from './chart-data.js';

export interface PlotLook {
  readonly lines: readonly Line[];
  readonly log: boolean;
  /** Fills the area below every line, as each is drawn over those before it. */
  readonly stacked: boolean;
  readonly height: number;
  readonly format: (value: number) => string;
  /** Told which steps the reader selected. */
  readonly onSelect?: ((from: number, to: number) => void) | undefined;
  /** Told at which step the pointer is; undefined when it has left. */
  readonly onCursor: (step: number | undefined) => void;
}

const FONT = '11px system-ui, sans-serif';

/** The columns of a plot: steps, then the mean of every line, then the bounds of those that have them, then what was measured. */
export function plotData({ x, columns }: Aligned): uPlot.AlignedData {
  const bounds = columns.flatMap(({ low, high }) => (low === undefined ? [] : [high!, low]));
  const raw = columns.flatMap((column) => (column.raw === undefined ? [] : [column.raw]));
  return [x, ...columns.map(({ mean }) => mean), ...bounds, ...raw] as uPlot.AlignedData;
}

/** How a plot looks, in the colours of the page. */
export function plotOptions(look: PlotLook, { columns }: Aligned, width: number): uPlot.Options {
  const { lines, log, stacked, height, format, onSelect, onCursor } = look;
  const [muted, grid] = [themeColor('--muted'), themeColor('--line')];
  const axis = { stroke: muted, font: FONT, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const colors = lines.map(({ color }) => themeColor(color));
  const bounded = lines.flatMap((_, i) => (columns[i]!.low === undefined ? [] : [i]));
  return {
    width,
    height,
    padding: [8, 16, 0, 0],
    scales: { x: { time: false }, y: { distr: log ? 3 : 1, ...(!log && { range: comfortable }) } },
    axes: [
      { ...axis, size: 28, space: 60 },
      {
        ...axis,
        size: 56,
        values: (_: unknown, splits: (number | null)[]) =>
          splits.map((value) => (value === null ? '' : format(value))),
      },
    ],
    series: [
      {},
      ...lines.map((line, i) => ({
        label: line.label,
        stroke: colors[i]!,
        width: line.dash === true ? 1.25 : 1.75,
        spanGaps: true,
        ...(line.dash === true && { dash: [5, 4] }),
        ...(stacked && { fill: colors[i]!, width: 0 }),
        points: { show: line.points === true && line.x.length < 60, size: 5, fill: themeColor('--card') },
      })),
      ...bounded.flatMap((i) => [unmarked(colors[i]!, 0), unmarked(colors[i]!, 0)]),
      ...lines.flatMap((_, i) => (columns[i]!.raw === undefined ? [] : [unmarked(colors[i]!, 0.28)])),
    ],
    bands: bounded.map((i, place) => ({
      series: [lines.length + 1 + 2 * place, lines.length + 2 + 2 * place] as [number, number],
      fill: faint(colors[i]!, 0.16),
    })),
    legend: { show: false },
    cursor: { drag: { x: onSelect !== undefined, y: false, setScale: false }, y: false, points: { size: 6 } },
    hooks: {
      setCursor: [
        (plot) => {
          const { idx } = plot.cursor;
          onCursor(idx === null || idx === undefined ? undefined : plot.data[0][idx]);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4) return;
          onSelect?.(
            Math.max(0, Math.round(plot.posToVal(left, 'x'))),
            Math.round(plot.posToVal(left + wide, 'x')),
          );
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** A thin line without points. */
function unmarked(color: string, opacity: number): uPlot.Series {
  return { stroke: faint(color, opacity), width: 1, spanGaps: true, points: { show: false } };
}

/** A little more than from the least to the greatest value, and never so little that the axis cannot tell. */
function comfortable(_: unknown, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const least = 0.01 * Math.max(Math.abs(low), Math.abs(high), 1e-6);
  const margin = Math.max(0.05 * (high - low), (least - (high - low)) / 2);
  // Nothing below zero where no value is.
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}
