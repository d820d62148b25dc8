import { printable, shorten } from '../label.js';
import { BAND, charactersIn, directionColor, FRAME, INK, MUTED, PAPER } from '../svg/theme.js';
import { element, escape, type Xml } from '../svg/xml.js';
import type { ComparisonRow } from './comparison-drawing.js';
import {
  LABEL_SIZE,
  MARGIN,
  PANEL_TITLE_SIZE,
  ROW,
  type ComparisonLayout,
  type PanelLayout,
} from './layout.js';
import { scaleFor, type Scale } from './scale.js';

/** Colour of discrete networks, and of supernets with soft gates. */
export const DISCRETE = directionColor(0, 2);
export const SOFT = directionColor(1, 2);

/** Where there are several runs, their mean moves up from the row's middle to give room to the runs below it. */
const LIFT = 2.5;
const RUNS = 8.5;

export function discreteDot(x: number, y: number): Xml {
  return element('circle', { cx: x, cy: y, r: 4.5, fill: DISCRETE, stroke: PAPER, 'stroke-width': 1.5 });
}

export function softMark(x: number, y: number): Xml {
  const d = `M${x} ${y - 8}l8 8l-8 8l-8 -8z`;
  return element('path', { d, fill: PAPER, stroke: SOFT, 'stroke-width': 1.8 });
}

export function runDot(x: number, y: number): Xml {
  return element('circle', { cx: x, cy: y, r: 2.3, fill: DISCRETE, 'fill-opacity': 0.55 });
}

/** Mean minus and plus one standard deviation. */
export function interval(from: number, to: number, y: number): Xml {
  const d = `M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8`;
  return element('path', { d, fill: 'none', stroke: DISCRETE, 'stroke-width': 1.8 });
}

/** Every number of a panel that must have a place on its scale. */
function extent({ panel: { rows, reference } }: PanelLayout): number[] {
  return [
    ...rows.flatMap(({ values, mean, deviation = 0, soft }) => [
      ...values,
      ...(mean === undefined ? [] : [mean - deviation, mean + deviation]),
      ...(soft === undefined ? [] : [soft]),
    ]),
    ...(reference === undefined ? [] : [reference.value]),
  ];
}

function drawAxis({ rowsTop, rowsBottom }: PanelLayout, { ticks, place }: Scale): Xml {
  return element(
    'g',
    {},
    ...ticks.map(({ value, text }) => {
      const x = place(value);
      return element(
        'g',
        {},
        element('path', { d: `M${round(x)} ${rowsTop}V${rowsBottom}`, stroke: FRAME, 'stroke-width': 1 }),
        element(
          'text',
          { x, y: rowsBottom + 16, 'font-size': 11, 'text-anchor': 'middle', fill: MUTED },
          escape(text),
        ),
      );
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function drawMarks(row: ComparisonRow, middle: number, { place }: Scale): Xml[] {
  const { values, mean, deviation, soft } = row;
  const at = (value: number): number => round(place(value));
  const finite = values.filter(Number.isFinite);
  const y = finite.length > 1 ? middle - LIFT : middle;
  return [
    // The softer mark lies under the other, and is larger, so that both are seen where they agree.
    ...(soft !== undefined && Number.isFinite(soft) ? [softMark(at(soft), y)] : []),
    ...(mean !== undefined && Number.isFinite(mean) && deviation !== undefined && Number.isFinite(deviation)
      ? [interval(at(mean - deviation), at(mean + deviation), y)]
      : []),
    ...(mean !== undefined && Number.isFinite(mean) ? [discreteDot(at(mean), y)] : []),
    ...(finite.length > 1 ? finite.map((value) => runDot(at(value), middle + RUNS)) : []),
  ];
}

function drawRow(row: ComparisonRow, y: number, layout: ComparisonLayout, scale: Scale): Xml {
  const { labels, texts } = layout;
  const weight = row.best ? { 'font-weight': 700 } : {};
  const written = (x: number, text: string, width: number): Xml =>
    element(
      'text',
      { x, y: y + 4.5, 'font-size': LABEL_SIZE, fill: INK, ...weight },
      escape(shorten(printable(text), charactersIn(width, LABEL_SIZE))),
    );
  const said = `${row.label}: ${row.text}${row.best ? ' (best)' : ''}`;
  return element(
    'g',
    { 'data-row': row.label, 'data-best': String(row.best) },
    element('title', {}, escape(said)),
    written(labels.left, row.label, labels.width),
    ...drawMarks(row, y, scale),
    written(texts.left, row.text, texts.width),
  );
}

function drawReference({ panel, rowsTop, rowsBottom }: PanelLayout, { place }: Scale): Xml[] {
  const { reference } = panel;
  if (reference === undefined || !Number.isFinite(reference.value)) return [];
  const x = round(place(reference.value));
  return [
    element(
      'path',
      {
        d: `M${x} ${rowsTop}V${rowsBottom}`,
        stroke: MUTED,
        'stroke-width': 1.2,
        'stroke-dasharray': '4 4',
      },
      element('title', {}, escape(`mean of ${reference.label}`)),
    ),
  ];
}

/** One metric: a band with the rows, their dots and intervals, and the scale below. */
export function drawPanel(panelLayout: PanelLayout, layout: ComparisonLayout): Xml {
  const { panel, top, rowsBottom, rows } = panelLayout;
  const { plot, width } = layout;
  const scale = scaleFor(extent(panelLayout), plot.left, plot.right);
  const room = width - 2 * MARGIN;
  const title = `${panel.title} (${panel.higherIsBetter ? 'higher' : 'lower'} is better)`;
  return element(
    'g',
    { 'data-panel': panel.title },
    element(
      'text',
      { x: MARGIN, y: top + 20, 'font-size': PANEL_TITLE_SIZE, 'font-weight': 600, fill: INK },
      escape(shorten(printable(title), charactersIn(room, PANEL_TITLE_SIZE))),
    ),
    ...rows
      .filter((_, row) => row % 2 === 0)
      .map((y) =>
        element('rect', { x: MARGIN - 8, y: y - ROW / 2, width: room + 16, height: ROW, rx: 5, fill: BAND }),
      ),
    element('path', {
      d: `M${plot.left} ${rowsBottom}H${plot.right}`,
      stroke: FRAME,
      'stroke-width': 1,
    }),
    drawAxis(panelLayout, scale),
    ...drawReference(panelLayout, scale),
    ...panel.rows.map((row, index) => drawRow(row, rows[index]!, layout, scale)),
  );
}
