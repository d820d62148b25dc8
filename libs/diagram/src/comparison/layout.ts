import { lengthOf } from '../label.js';
import { widthOf } from '../svg/theme.js';
import type { ComparisonDrawing, ComparisonPanel } from './comparison-drawing.js';

/** Where everything goes, in pixels from the top left corner. */

export const MARGIN = 28;
export const ROW = 28;
export const LABEL_SIZE = 13;
export const PANEL_TITLE_SIZE = 15;

const PLOT = 460;
const LABEL = { least: 120, most: 340 };
const TEXT = { least: 90, most: 190 };
const GAP = 18;
/** From the panel's top down to its first row. */
const PANEL_TITLE = 34;
/** Axis with its numbers, below the rows. */
const AXIS = 24;
const PANEL_GAP = 18;

/** One panel: the rows' middles and the stretch of the plot. */
export interface PanelLayout {
  readonly panel: ComparisonPanel;
  readonly top: number;
  readonly rowsTop: number;
  readonly rowsBottom: number;
  readonly rows: readonly number[];
}

export interface ComparisonLayout {
  readonly width: number;
  readonly bottom: number;
  readonly labels: { readonly left: number; readonly width: number };
  readonly plot: { readonly left: number; readonly right: number };
  /** Left end of the numbers in words. */
  readonly texts: { readonly left: number; readonly width: number };
  readonly panels: readonly PanelLayout[];
}

function columnWidth(texts: readonly string[], { least, most }: typeof LABEL): number {
  const longest = Math.max(0, ...texts.map(lengthOf));
  return Math.min(most, Math.max(least, widthOf(longest, LABEL_SIZE)));
}

/** Lays the panels out below each other from `top` downwards. */
export function layOutComparison({ panels }: ComparisonDrawing, top: number): ComparisonLayout {
  const rows = panels.flatMap((panel) => panel.rows);
  const labels = {
    left: MARGIN,
    width: columnWidth(
      rows.map(({ label }) => label),
      LABEL,
    ),
  };
  const left = labels.left + labels.width + GAP;
  const plot = { left, right: left + PLOT };
  const texts = {
    left: plot.right + GAP,
    width: columnWidth(
      rows.map(({ text }) => text),
      TEXT,
    ),
  };
  let y = top;
  const laid = panels.map((panel): PanelLayout => {
    const rowsTop = y + PANEL_TITLE;
    const rowsBottom = rowsTop + panel.rows.length * ROW;
    const layout = {
      panel,
      top: y,
      rowsTop,
      rowsBottom,
      rows: panel.rows.map((_, row) => rowsTop + (row + 0.5) * ROW),
    };
    y = rowsBottom + AXIS + PANEL_GAP;
    return layout;
  });
  return { width: texts.left + texts.width + MARGIN, bottom: y, labels, plot, texts, panels: laid };
}
