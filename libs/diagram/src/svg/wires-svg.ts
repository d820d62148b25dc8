import type { ArchitectureDrawing, DrawnEdge } from '../drawing.js';
import type { Layout } from './layout.js';
import { BAND } from './theme.js';
import { routeWires, type Wire } from './wires.js';
import { element, escape, type Xml } from './xml.js';

const ARROW = { length: 8, half: 4 };

/** An arrow head whose tip lies at (x, y); heading 1 points right. */
export function arrowHead(x: number, y: number, heading: 1 | -1, color: string): Xml {
  const back = -heading * ARROW.length;
  return element('path', {
    d: `M${x} ${y}l${back} ${-ARROW.half}v${2 * ARROW.half}z`,
    fill: color,
  });
}

function tooltip({ id, probability, kept }: DrawnEdge): Xml {
  const text = `${id.replace('->', ' → ')}: probability ${probability.toFixed(3)}, ${kept ? 'kept' : 'dropped'}`;
  return element('title', {}, escape(text));
}

function drawDropped({ edge, path }: Wire, color: string): Xml {
  const style = { stroke: color, 'stroke-width': 1, 'stroke-dasharray': '3 4', 'stroke-opacity': 0.38 };
  return element(
    'path',
    { 'data-edge': edge.id, 'data-kept': 'false', d: path, fill: 'none', ...style },
    tooltip(edge),
  );
}

function drawKept({ edge, path, tip, heading }: Wire, color: string): Xml {
  const x = Math.round(tip.x * 10) / 10;
  const y = Math.round(tip.y * 10) / 10;
  return element(
    'g',
    { 'data-edge': edge.id, 'data-kept': 'true' },
    tooltip(edge),
    // A halo in the colour of the background makes crossings read as one line over another.
    element('path', { d: path, fill: 'none', stroke: BAND, 'stroke-width': 5.5 }),
    element('path', { d: path, fill: 'none', stroke: color, 'stroke-width': 2.4 }),
    arrowHead(x, y, heading, color),
  );
}

/** All cross-task edges, kept ones on top. */
export function drawWires(
  { edges }: ArchitectureDrawing,
  layout: Layout,
  colorOf: ReadonlyMap<string, string>,
): Xml {
  const wires = routeWires(edges, layout);
  return element(
    'g',
    {},
    ...wires.filter(({ edge }) => !edge.kept).map((wire) => drawDropped(wire, colorOf.get(wire.edge.id)!)),
    ...wires.filter(({ edge }) => edge.kept).map((wire) => drawKept(wire, colorOf.get(wire.edge.id)!)),
  );
}
