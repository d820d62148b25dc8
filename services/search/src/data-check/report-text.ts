import { describeError } from '@taskweave/common';
import type { DataReport, LabelReport, Range } from '@taskweave/datasets';
import { formatCount, formatTable } from '../cli/format.js';

/** Classes and problems that are printed; `--json` has all. */
const MOST_CLASSES = 64;
const MOST_PROBLEMS = 20;

/** The report as a person reads it. */
export function reportText(report: DataReport): string {
  const { parts, tasks, problems } = report;
  const sections: string[] = [];
  if (parts.length > 0) {
    const rows = parts.map(({ part, examples, readable, sizes, image }) => [
      part,
      String(examples),
      String(readable),
      sizesText(sizes),
      rangeText(image),
    ]);
    sections.push(formatTable([['part', 'examples', 'readable', 'sizes', 'image values'], ...rows]));
  }
  for (const { id, classes } of tasks) {
    sections.push(
      labelText(
        id,
        classes,
        parts.map(({ part, labels }) => [part, labels.find(({ task }) => task === id)!] as const),
      ),
    );
  }
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `${describeError(problem)}\n`);
  if (problems.length > shown.length)
    shown.push(`... and ${problems.length - shown.length} more; --json lists them all\n`);
  sections.push(problems.length === 0 ? 'Nothing is wrong with this data.\n' : shown.join(''));
  return sections.join('\n');
}

function labelText(
  task: string,
  names: readonly string[] | undefined,
  parts: readonly (readonly [part: string, LabelReport])[],
): string {
  const { kind, classes } = parts[0]![1];
  const title = `task ${task} (${kind})`;
  const counts = ['labelled', 'unlabelled'] as const;
  const rows = counts.map((what) => [what, ...parts.map(([, label]) => formatCount(label[what]))]);
  if (classes === undefined) rows.push(['values', ...parts.map(([, { range }]) => rangeText(range ?? null))]);
  const present = (classes ?? []).flatMap((_, index) =>
    parts.some(([, label]) => (label.classes?.[index] ?? 0) > 0) ? [index] : [],
  );
  for (const index of present.slice(0, MOST_CLASSES))
    rows.push([
      `class ${index}${names === undefined ? '' : ` ${names[index]}`}`,
      ...parts.map(([, label]) => shareText(label, index)),
    ]);
  if (present.length > MOST_CLASSES) rows.push([`... and ${present.length - MOST_CLASSES} more`]);
  const absent = (classes ?? []).flatMap((_, index) => (present.includes(index) ? [] : [index]));
  const table = formatTable([[title, ...parts.map(([part]) => part)], ...rows]);
  if (absent.length === 0) return table;
  const nowhere = names?.filter((_, index) => absent.includes(index)).slice(0, MOST_CLASSES);
  return `${table}nowhere: class ${runsText(absent)}${nowhere === undefined ? '' : ` (${nowhere.join(', ')})`}\n`;
}

/** `0-2, 5`: ascending numbers, those that follow each other as one. */
function runsText(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ');
}

function shareText({ classes = [], labelled }: LabelReport, index: number): string {
  const count = classes[index] ?? 0;
  return count === 0 ? 'none' : `${formatCount(count)} (${((100 * count) / labelled).toFixed(1)} %)`;
}

function rangeText(range: Range | null): string {
  if (range === null) return 'none';
  const [least, most, mean] = [range.least, range.most, range.mean].map((value) => +value.toPrecision(4));
  return `${least} to ${most}, mean ${mean}`;
}

function sizesText(sizes: Readonly<Record<string, number>>): string {
  const all = Object.entries(sizes).sort(([, a], [, b]) => b - a);
  const [first, ...more] = all;
  if (first === undefined) return 'none';
  return more.length === 0 ? first[0] : `${first[0]} and ${more.length} more`;
}
