import { formatTable } from '../cli/format.js';
import type { Comparison } from './comparison.js';
import { legendOf, tablesOf, type Table, type TableOptions } from './tables.js';

function tableText({ head, rows }: Table): string {
  const marked = rows.map((row) => row.map(({ text, best }, column) => text + mark(column, best)));
  return formatTable([head.map((text, column) => text + mark(column, false)), ...marked], '  ');
}

/** Every cell but the first gets the room of a mark, so that numbers stay in line. */
function mark(column: number, best: boolean | undefined): string {
  return column === 0 ? '' : best === true ? '*' : ' ';
}

/** A comparison for the terminal; without its warnings, which are told elsewhere. */
export function comparisonText(comparison: Comparison, options?: TableOptions): string {
  const legend = legendOf(comparison).join(' ');
  const stars = comparison.groups.length > 1 ? '* The best mean of its column.\n' : '';
  return [...tablesOf(comparison, options).map(tableText), `${legend}\n${stars}`].join('\n');
}
