import { drawComparisonSvg } from '@taskweave/diagram';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { notWritable, toJsonText, writeFileAtomically } from '../run/files.js';
import type { Comparison } from './comparison.js';
import { drawingOfComparison } from './drawing.js';
import { comparisonMarkdown } from './table-markdown.js';

/**
 * Writes a comparison's table as `table.md` and `table.svg`.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function writeTables(folder: string, comparison: Comparison, title: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  await writeFileAtomically(join(folder, 'table.md'), comparisonMarkdown(comparison, title));
  await writeFileAtomically(
    join(folder, 'table.svg'),
    drawComparisonSvg(drawingOfComparison(comparison, title)),
  );
}

/** The same with `comparison.json`. */
export async function writeComparison(folder: string, comparison: Comparison, title: string): Promise<void> {
  await writeTables(folder, comparison, title);
  await writeFileAtomically(join(folder, 'comparison.json'), toJsonText(comparison));
}
