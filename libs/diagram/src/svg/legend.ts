import type { DrawnDirection } from '../drawing.js';
import { lengthOf, shorten } from '../label.js';
import { MARGIN } from './layout.js';
import { fusionNode } from './networks.js';
import { charactersIn, directionColor, INK, MUTED, widthOf } from './theme.js';
import { arrowHead } from './wires-svg.js';
import { element, escape, type Xml } from './xml.js';

const LINE = 24;
const SAMPLE = 34;
/** From the sample to its text, and from there to the next column. */
const GAP = { text: 10, column: 24 };
const FONT_SIZE = 12;

interface Entry {
  readonly text: string;
  sample(x: number, y: number): Xml;
}

function directionEntry({ label, kept, edges }: DrawnDirection, color: string): Entry {
  return {
    text: `${label}: ${kept.length} of ${edges.length} kept`,
    sample: (x, y) =>
      element(
        'g',
        {},
        element('path', { d: `M${x} ${y}h${SAMPLE - 7}`, stroke: color, 'stroke-width': 2.4 }),
        arrowHead(x + SAMPLE, y, 1, color),
      ),
  };
}

const dropped: Entry = {
  text: 'dropped candidate',
  sample: (x, y) =>
    element('path', {
      d: `M${x} ${y}h${SAMPLE}`,
      stroke: MUTED,
      'stroke-width': 1,
      'stroke-dasharray': '3 4',
    }),
};

const fusion: Entry = {
  text: 'fusion of own and received features',
  sample: (x, y) => fusionNode(x + SAMPLE / 2, y),
};

/** What the lines and circles mean, in as many columns as fit into the width. */
export function drawLegend(
  directions: readonly DrawnDirection[],
  top: number,
  width: number,
): { xml: Xml; bottom: number } {
  const colored = directions.map((direction, i) =>
    directionEntry(direction, directionColor(i, directions.length)),
  );
  const entries = [...colored, ...(directions.length > 0 ? [dropped] : []), fusion];
  const longest = Math.max(...entries.map(({ text }) => lengthOf(text)));
  const room = width - 2 * MARGIN;
  const entry = Math.min(room, SAMPLE + GAP.text + widthOf(longest, FONT_SIZE) + GAP.column);
  const perLine = Math.floor(room / entry);
  const limit = charactersIn(entry - SAMPLE - GAP.text, FONT_SIZE);
  const drawn = entries.map(({ text, sample }, i) => {
    const x = MARGIN + (i % perLine) * entry;
    const y = top + Math.floor(i / perLine) * LINE;
    return element(
      'g',
      {},
      sample(x, y),
      element(
        'text',
        { x: x + SAMPLE + GAP.text, y: y + 4, 'font-size': FONT_SIZE, fill: INK },
        escape(shorten(text, limit)),
      ),
    );
  });
  const lines = Math.ceil(entries.length / perLine);
  return { xml: element('g', {}, ...drawn), bottom: top + (lines - 1) * LINE };
}
