import { printable, shorten } from '../label.js';
import { charactersIn, FONT, FRAME, INK, MUTED, PAPER, widthOf } from '../svg/theme.js';
import { element, escape, type Xml } from '../svg/xml.js';
import type { ComparisonDrawing } from './comparison-drawing.js';
import { layOutComparison, MARGIN } from './layout.js';
import { discreteDot, drawPanel, interval, runDot, softMark } from './panel.js';

const TITLE = { size: 20, height: 34 };
const NOTE = { size: 12, line: 18 };
const LEGEND = { size: 12, height: 26 };

/** The drawing in sentences, for readers who do not see it. */
function describe({ panels }: ComparisonDrawing): string {
  return panels
    .map(({ title, rows }) => {
      const each = rows.map(({ label, text, best }) => `${label} ${text}${best ? ' (best)' : ''}`);
      return `${title}: ${each.join(', ')}.`;
    })
    .join(' ');
}

function line(
  text: string,
  y: number,
  width: number,
  size: number,
  style: Record<string, string | number>,
): Xml {
  const shown = shorten(printable(text), charactersIn(width - 2 * MARGIN, size));
  return element('text', { x: MARGIN, y, 'font-size': size, ...style }, escape(shown));
}

/** What the marks mean. */
function drawLegend({ panels }: ComparisonDrawing, y: number): Xml {
  const rows = panels.flatMap((panel) => panel.rows);
  const entries: [text: string, mark: (x: number) => Xml][] = [
    ['mean of the discrete networks', (x) => discreteDot(x + 10, y)],
  ];
  if (rows.some(({ deviation }) => deviation !== undefined)) {
    entries.push(['± standard deviation', (x) => interval(x, x + 20, y)]);
    entries.push(['one run', (x) => runDot(x + 10, y)]);
  }
  if (rows.some(({ soft }) => soft !== undefined))
    entries.push(['soft supernets', (x) => softMark(x + 10, y)]);
  if (panels.some(({ reference }) => reference !== undefined)) {
    const d = (x: number): string => `M${x + 10} ${y - 9}v18`;
    entries.push([
      'mean of the baseline',
      (x) => element('path', { d: d(x), stroke: MUTED, 'stroke-width': 1.2, 'stroke-dasharray': '4 4' }),
    ]);
  }
  let x = MARGIN;
  const drawn = entries.map(([text, mark]) => {
    const entry = [
      mark(x),
      element('text', { x: x + 27, y: y + 4, 'font-size': LEGEND.size, fill: INK }, escape(text)),
    ];
    x += 27 + widthOf(text.length, LEGEND.size) * 0.9 + 16;
    return entry;
  });
  return element('g', {}, ...drawn.flat());
}

/**
 * A comparison as a self-contained SVG document: a panel for each metric, in it a line for each kind of run with the
 * mean as a dot, the standard deviation as an interval and every run as a faint dot. Lines are `<g>` with `data-row`
 * (the label) and `data-best`, panels `<g>` with `data-panel`. Has a background of its own, so that it reads the same on
 * light and dark pages; uses no script, no external font and no ids, so it can be inlined in any page.
 */
export function drawComparisonSvg(drawing: ComparisonDrawing): string {
  const { title, notes = [], panels } = drawing;
  const header = MARGIN + TITLE.height + notes.length * NOTE.line;
  const layout = layOutComparison(drawing, header + LEGEND.height + 8);
  const { width } = layout;
  const height = layout.bottom;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      role: 'img',
      'font-family': FONT,
    },
    element('title', {}, escape(title)),
    element('desc', {}, escape(describe(drawing))),
    element('rect', {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 12,
      fill: PAPER,
      stroke: FRAME,
    }),
    line(title, MARGIN + 16, width, TITLE.size, { 'font-weight': 700, fill: INK }),
    ...notes.map((note, index) =>
      line(note, MARGIN + TITLE.height + 4 + index * NOTE.line, width, NOTE.size, { fill: MUTED }),
    ),
    ...(panels.length === 0 ? [] : [drawLegend(drawing, header + 12)]),
    ...layout.panels.map((panel) => drawPanel(panel, layout)),
  );
}
