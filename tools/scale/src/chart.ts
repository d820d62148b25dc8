import type { ArchitectLoad } from './architect/measure-architect.js';
import type { ScaleReport } from './report.js';

const WIDTH = 720;
const HEIGHT = 340;
const PLOT = { left: 64, right: WIDTH - 24, top: 64, bottom: HEIGHT - 44 };
const COLORS = { ink: '#1b2330', muted: '#5b6675', paper: '#ffffff', grid: '#e3e7ec' };

interface Line {
  readonly label: string;
  readonly color: string;
  readonly of: (load: ArchitectLoad) => number;
}

const LINES: readonly Line[] = [
  { label: 'p99 answer', color: '#c4420f', of: (load) => load.answerP99Ms },
  { label: 'mean answer', color: '#0067b1', of: (load) => load.answerMeanMs },
  { label: 'architect CPU per step', color: '#2b7a3d', of: (load) => load.cpuPerStepMs },
];

/**
 * Milliseconds of the architect's answer and work over the number of trainers as SVG, both axes logarithmic. It has a
 * background of its own, so that it reads the same on light and dark pages.
 */
export function drawChart({ architect }: ScaleReport): string {
  const x = logScale(
    architect.map(({ trainers }) => trainers),
    [PLOT.left, PLOT.right],
  );
  const y = logScale(
    architect.flatMap((load) => LINES.map(({ of }) => of(load))),
    [PLOT.bottom, PLOT.top],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>The architect under load</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${COLORS.paper}"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600" fill="${COLORS.ink}">Milliseconds over trainers</text>`,
    ...powersOfTen(y.least, y.most).map((value) => gridLine(value, y.at(value))),
    ...architect.map(({ trainers }) => text(x.at(trainers), HEIGHT - 18, 'middle', String(trainers))),
    ...LINES.flatMap((line, i) => drawLine(line, i, architect, x.at, y.at)),
    '</svg>\n',
  ].join('\n');
}

/** Places of positive values on a logarithmic axis that goes from one pixel to another. */
function logScale(values: readonly number[], [from, to]: [number, number]) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const span = Math.log(most / least) || 1;
  return { least, most, at: (value: number) => from + ((to - from) * Math.log(value / least)) / span };
}

function powersOfTen(least: number, most: number): number[] {
  const powers: number[] = [];
  for (let power = Math.ceil(Math.log10(least)); 10 ** power <= most; power++) powers.push(10 ** power);
  return powers;
}

function text(x: number, y: number, anchor: string, content: string, color = COLORS.muted): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}

function gridLine(value: number, y: number): string {
  const at = y.toFixed(1);
  const line = `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}" stroke="${COLORS.grid}"/>`;
  return line + text(PLOT.left - 8, y + 4, 'end', String(Number(value.toPrecision(1))));
}

function drawLine(
  { label, color, of }: Line,
  index: number,
  loads: readonly ArchitectLoad[],
  x: (value: number) => number,
  y: (value: number) => number,
): string[] {
  const points = loads.map((load) => [x(load.trainers), y(of(load))].map((one) => one.toFixed(1)));
  return [
    `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`),
    text(PLOT.left + 12 + 200 * index, 50, 'start', label, color),
  ];
}
