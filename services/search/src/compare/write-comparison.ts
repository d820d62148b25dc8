import { drawComparisonSvg } from '@taskweave/diagram';
import { notWritable, toJsonText, writeFileAtomically } from '@taskweave/runs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from './comparison.js';
import { drawingOfComparison } from './drawing.js';
import { comparisonMarkdown } from './table-markdown.js';
import type { TableOptions } from './tables.js';

const OPTION = '--out';

/**
 * Writes a comparison's table as `table.md` and `table.svg`.
 *
 * @param option of the command line that says where to write
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function writeTables(
  folder: string,
  comparison: Comparison,
  title: string,
  { option, ...tables }: TableOptions & { option?: string } = {},
): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause, option);
  }
  await writeFileAtomically(join(folder, 'table.md'), comparisonMarkdown(comparison, title, tables), option);
  await writeFileAtomically(
    join(folder, 'table.svg'),
    drawComparisonSvg(drawingOfComparison(comparison, title)),
    option,
  );
}

/** The same with `comparison.json`, where `--out` says. */
export async function writeComparison(
  folder: string,
  comparison: Comparison,
  title: string,
  tables?: TableOptions,
): Promise<void> {
  await writeTables(folder, comparison, title, { ...tables, option: OPTION });
  await writeFileAtomically(join(folder, 'comparison.json'), toJsonText(comparison), OPTION);
}
