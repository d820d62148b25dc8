import { drawnDirections, type ArchitectureDrawing, type DrawnDirection } from '../drawing.js';
import { shorten } from '../label.js';
import { svgDocument } from './document.js';
import { drawLegend } from './legend.js';
import { BOX, layOut, MARGIN } from './layout.js';
import { drawBands, drawChips, drawFusions, drawSpines, drawStages } from './networks.js';
import { charactersIn, directionColor, INK, MUTED } from './theme.js';
import { drawWires } from './wires-svg.js';
import { element, escape, type Xml } from './xml.js';

const TITLE = { size: 20, top: 30 };
const METRIC = { size: 13, line: 19 };

/** The drawing in one sentence per direction, for readers who do not see it. */
function describe(drawing: ArchitectureDrawing, directions: readonly DrawnDirection[]): string {
  const tasks = drawing.networks.map(({ task, stages }) => `${task} (${stages.length} stages)`).join(', ');
  const kept = directions.map(
    (direction) =>
      `${direction.label}: ${direction.kept.length} of ${direction.edges.length} candidate edges kept` +
      direction.kept.map(({ id }, i) => `${i === 0 ? ': ' : ', '}${id}`).join(''),
  );
  return [`Networks side by side: ${tasks}.`, ...kept.map((line) => `${line}.`)].join(' ');
}

function drawHeader({ title, metrics = [] }: ArchitectureDrawing, width: number): Xml {
  const line = (text: string, y: number, size: number, style: Record<string, string | number>) =>
    element(
      'text',
      { x: MARGIN, y, 'font-size': size, ...style },
      escape(shorten(text, charactersIn(width - 2 * MARGIN, size))),
    );
  return element(
    'g',
    {},
    line(title, MARGIN + TITLE.top - 12, TITLE.size, { 'font-weight': 700, fill: INK }),
    ...metrics.map((text, i) =>
      line(text, MARGIN + TITLE.top + METRIC.line * (i + 1) - 8, METRIC.size, { fill: MUTED }),
    ),
  );
}

/**
 * An architecture as a self-contained SVG document: the networks side by side, stages from top to bottom in their
 * resolution blocks, each with its fusion node; kept edges bold in the colour of their direction, dropped
 * candidates faint. Every edge is a `<path>` or `<g>` with `data-edge` (its id) and `data-kept`, and says its
 * probability when pointed at. Uses no script, no external font and no ids, so it can be inlined in any page.
 */
export function drawArchitectureSvg(drawing: ArchitectureDrawing): string {
  const directions = drawnDirections(drawing);
  const colorOf = new Map(
    directions.flatMap(({ edges }, i) =>
      edges.map(({ id }) => [id, directionColor(i, directions.length)] as const),
    ),
  );
  const headerHeight = TITLE.top + METRIC.line * (drawing.metrics?.length ?? 0) + 20;
  const layout = layOut(drawing, MARGIN + headerHeight);
  const width = Math.max(layout.width, MARGIN * 2 + BOX.width * 3);
  const legend = drawLegend(directions, layout.bottom + 26, width);
  const height = legend.bottom + MARGIN;
  return svgDocument(
    { width, height, title: drawing.title, description: describe(drawing, directions) },
    drawHeader(drawing, width),
    drawBands(drawing, layout),
    drawSpines(drawing, layout),
    drawWires(drawing, layout, colorOf),
    drawStages(drawing, layout),
    drawFusions(drawing, layout),
    drawChips(drawing, layout),
    legend.xml,
  );
}
