import { TaskweaveError } from '@taskweave/common';
import type { Part } from '../data-set.js';
import { listedFile } from '../image-files/file-in-root.js';
import { readLines } from '../image-files/read-text.js';

/** A building, and the line that says its part. */
export interface Building {
  readonly id: string;
  readonly at: string;
}

const COLUMNS: Readonly<Record<Part, string>> = { train: 'train', validation: 'val', test: 'test' };

/**
 * The buildings of each part, from a CSV with columns `id`, `train`, `val` and `test` in any order.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the line
 */
export async function readBuildings(root: string, path: string): Promise<Record<Part, Building[]>> {
  const [header, ...lines] = await readLines(root, listedFile(path));
  const cellsOf = (text: string): string[] => text.split(',').map((cell) => cell.trim());
  const names = cellsOf(header!.text);
  const column = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) throw invalidSplits(header!.at, names.join(', '), `a column '${name}'`);
    return index;
  };
  const id = column('id');
  const buildings: Record<Part, Building[]> = { train: [], validation: [], test: [] };
  const columns = (Object.keys(COLUMNS) as Part[]).map((part) => [part, column(COLUMNS[part])] as const);
  for (const { text, at } of lines) {
    const cells = cellsOf(text);
    const parts = columns.filter(([, index]) => cells[index] === '1');
    if (!cells[id] || cells.length !== names.length || parts.length > 1)
      throw invalidSplits(at, text, `${names.length} cells, with a 1 for at most one part`);
    // The id is the name of a folder.
    listedFile(`rgb/${cells[id]}`, at);
    for (const [part] of parts) buildings[part].push({ id: cells[id], at });
  }
  return buildings;
}

function invalidSplits(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A line of the splits is not valid.',
    subject,
    found,
    expected,
  });
}
