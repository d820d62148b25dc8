import { printable, shorten } from '../label.js';
import { svgDocument } from '../svg/document.js';
import { charactersIn, INK, MUTED } from '../svg/theme.js';
import { element, escape, type Xml } from '../svg/xml.js';
import type { ComparisonDrawing } from './comparison-drawing.js';
import { layOutComparison, MARGIN } from './layout.js';
import { drawLegend } from './legend.js';
import { drawPanel } from './panel.js';

const TITLE = { size: 20, height: 34 };
const NOTE = { size: 12, line: 18 };

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

/**
 * A comparison as a self-contained SVG document: a panel for each metric, in it a line for each kind of run with the
 * mean as a dot, the standard deviation as an interval and every run as a faint dot. Lines are `<g>` with `data-row`
 * (the label) and `data-best`, panels `<g>` with `data-panel`. Has a background of its own, so that it reads the same on
 * light and dark pages; uses no script, no external font and no ids, so it can be inlined in any page.
 */
export function drawComparisonSvg(drawing: ComparisonDrawing): string {
  const { title, notes = [] } = drawing;
  const header = MARGIN + TITLE.height + notes.length * NOTE.line;
  const { width } = layOutComparison(drawing, 0);
  const legend = drawLegend(drawing, header + 14, width);
  const layout = layOutComparison(drawing, legend.bottom + 18);
  const height = layout.bottom;
  return svgDocument(
    { width, height, title, description: describe(drawing) },
    line(title, MARGIN + 16, width, TITLE.size, { 'font-weight': 700, fill: INK }),
    ...notes.map((note, index) =>
      line(note, MARGIN + TITLE.height + 4 + index * NOTE.line, width, NOTE.size, { fill: MUTED }),
    ),
    legend.xml,
    ...layout.panels.map((panel) => drawPanel(panel, layout)),
  );
}
