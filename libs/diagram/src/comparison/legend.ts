import { INK, MUTED, widthOf } from '../svg/theme.js';
import { element, escape, type Xml } from '../svg/xml.js';
import type { ComparisonDrawing } from './comparison-drawing.js';
import { MARGIN } from './layout.js';
import { discreteDot, interval, runDot, softMark } from './panel.js';

const FONT_SIZE = 12;
const LINE = 24;
const SAMPLE = 20;
/** From the sample to its text, and from there to the next entry. */
const GAP = { text: 8, entry: 18 };

interface Entry {
  readonly text: string;
  sample(x: number, y: number): Xml;
}

function entriesOf({ panels }: ComparisonDrawing): Entry[] {
  const rows = panels.flatMap((panel) => panel.rows);
  const middle = SAMPLE / 2;
  return [
    {
      shown: rows.length > 0,
      text: 'mean of discrete networks',
      sample: (x: number, y: number) => discreteDot(x + middle, y),
    },
    {
      shown: rows.some(({ deviation }) => deviation !== undefined),
      text: '± standard deviation',
      sample: (x: number, y: number) => interval(x, x + SAMPLE, y),
    },
    {
      shown: rows.some(({ values }) => values.length > 1),
      text: 'one run',
      sample: (x: number, y: number) => runDot(x + middle, y),
    },
    {
      shown: rows.some(({ soft }) => soft !== undefined),
      text: 'mean of soft supernets',
      sample: (x: number, y: number) => softMark(x + middle, y),
    },
    {
      shown: panels.some(({ reference }) => reference !== undefined),
      text: 'mean of the baseline',
      sample: (x: number, y: number) =>
        element('path', {
          d: `M${x + middle} ${y - 9}v18`,
          stroke: MUTED,
          'stroke-width': 1.2,
          'stroke-dasharray': '4 4',
        }),
    },
  ].filter(({ shown }) => shown);
}

/** What the marks mean, in as many lines as the width takes. */
export function drawLegend(
  drawing: ComparisonDrawing,
  top: number,
  width: number,
): { xml: Xml; bottom: number } {
  let [x, y] = [MARGIN, top];
  const drawn = entriesOf(drawing).map(({ text, sample }) => {
    const room = SAMPLE + GAP.text + widthOf(text.length, FONT_SIZE);
    if (x > MARGIN && x + room > width - MARGIN) [x, y] = [MARGIN, y + LINE];
    const at = x + SAMPLE + GAP.text;
    const entry = element(
      'g',
      {},
      sample(x, y),
      element('text', { x: at, y: y + 4, 'font-size': FONT_SIZE, fill: INK }, escape(text)),
    );
    x += room + GAP.entry;
    return entry;
  });
  return { xml: element('g', {}, ...drawn), bottom: y };
}
