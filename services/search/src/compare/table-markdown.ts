import type { Comparison } from './comparison.js';
import { legendOf, tablesOf, type Cell, type Table, type TableOptions } from './tables.js';

/** Text that Markdown shows as it is within a table. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`<[\]]/g, '\\$&');
}

function cellMarkdown({ text, best }: Cell): string {
  return best === true ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
}

function tableMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(head.map(escapeMarkdown)),
    line(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(row.map(cellMarkdown))),
  ].join('');
}

/** A comparison as a Markdown page. */
export function comparisonMarkdown(comparison: Comparison, title: string, options?: TableOptions): string {
  const warnings = comparison.warnings.map((warning) => `* Warning: ${escapeMarkdown(warning)}\n`).join('');
  return [
    `# ${escapeMarkdown(title)}\n`,
    ...tablesOf(comparison, options).map(tableMarkdown),
    `${legendOf(comparison).join(' ')}${comparison.groups.length > 1 ? ' Bold: the best mean.' : ''}\n`,
    ...(warnings === '' ? [] : [warnings]),
  ].join('\n');
}
