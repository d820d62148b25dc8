import { TaskweaveError } from '@taskweave/common';
import { writeFolder } from '@taskweave/checkpoints';
import { notWritable, writeFileAtomically } from '@taskweave/runs';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkOutputFolder } from '../run/check-output.js';
import type { ExportedFiles, ExportFormat } from './export-format.js';

const OPTION = '--out';

/**
 * Makes sure that an export can be written, before it is computed.
 *
 * @throws TaskweaveError OUTPUT_NOT_WRITABLE, also for a folder with files that are not those of an export
 */
export function checkTarget(path: string, { isFolder }: ExportFormat): void {
  checkOutputFolder(dirname(path), OPTION, path);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory() !== isFolder) {
    if (there === undefined) return;
    throw notWritable(path, Object.assign(new Error(), { code: isFolder ? 'EEXIST' : 'EISDIR' }), OPTION);
  }
  const others = isFolder ? readdirSync(path).filter((name) => !isExported(name)) : [];
  if (others.length === 0) return;
  throw new TaskweaveError({
    code: 'OUTPUT_NOT_WRITABLE',
    message: `Cannot replace ${path}: other files are in it.`,
    subject: path,
    found: others.slice(0, 3).join(', '),
    expected: 'a folder that does not exist yet, or of an earlier export',
    action: `Choose another folder with ${OPTION}.`,
  });
}

function isExported(name: string): boolean {
  return name === 'model.json' || /^group1-shard\d+of\d+\.bin$/.test(name);
}

/**
 * Writes an export as a whole or not at all; an earlier one is replaced.
 *
 * @throws TaskweaveError OUTPUT_NOT_WRITABLE
 */
export async function writeExport(
  path: string,
  { isFolder }: ExportFormat,
  files: ExportedFiles,
): Promise<void> {
  if (isFolder) {
    await writeFolder(path, new Map([...files].map(([name, contents]) => [name, [contents]])));
    // Web servers run as somebody else.
    chmodSync(path, 0o755);
    return;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw notWritable(path, cause, OPTION);
  }
  for (const contents of files.values()) await writeFileAtomically(path, contents, OPTION);
}
