import { basename, resolve } from 'node:path';
import { compareRuns, type Comparison } from '../compare/comparison.js';
import { findFinished } from '../compare/find-finished.js';
import { writeComparison } from '../compare/write-comparison.js';
import { comparisonText } from '../compare/table-text.js';
import { checkOutputFolder } from '../run/check-output.js';
import { shownPath } from './format.js';

export interface CompareOptions {
  by: string;
  metric?: string[];
  baseline?: string;
  edges?: boolean;
  out?: string;
  output: string;
  json?: boolean;
}

/** `taskweave compare RUN...`: completed runs side by side, with their spread over seeds. */
export async function compare(names: string[], options: CompareOptions): Promise<void> {
  const { by, metric, edges = false, out, output, json } = options;
  if (out !== undefined) checkOutputFolder(out, '--out');
  const { runs, leftOut } = findFinished(names, output);
  const comparison = compareRuns(runs, {
    by,
    metrics: metric,
    baseline: options.baseline,
    warnings: leftOut,
  });
  const title = names.length === 1 ? basename(resolve(names[0]!)) : `${runs.length} runs`;
  if (out !== undefined) await writeComparison(out, comparison, title, { edges });
  tellWarnings(comparison);
  process.stdout.write(
    json === true ? `${JSON.stringify(comparison)}\n` : comparisonText(comparison, { edges }),
  );
  if (out !== undefined && json !== true) {
    process.stdout.write(`\n${shownPath(resolve(out))}: table.md, table.svg, comparison.json\n`);
  }
}

/** Warnings go beside the table, not into it. */
export function tellWarnings({ warnings }: Comparison): void {
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}
