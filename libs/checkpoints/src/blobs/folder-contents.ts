import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, notReadable } from '../damaged.js';
import { HashingReader } from '../hashing-reader.js';
import { checkFileList, type CheckpointFile } from '../manifest.js';

/** Name of the blob that lists the files of a folder. Put last, removed first: without it there is no folder. */
export const CONTENTS_FILE = 'contents.json';
/** Far more than the list of any checkpoint. */
export const MOST_CONTENTS_BYTES = 1 << 20;

const FORMAT = 'taskweave-folder';
const VERSION = 1;

/**
 * The list of a folder's files as text, the same for the same files: sorted by name, with length and SHA-256 each.
 *
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` for what cannot be read, is no file or has no plain name
 */
export async function describeFolder(folder: string): Promise<{ files: CheckpointFile[]; text: string }> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw notReadable(folder, cause);
  });
  const files: CheckpointFile[] = [];
  for (const name of names.sort()) {
    const reader = await HashingReader.open(join(folder, name));
    try {
      files.push({ name, bytes: reader.length, sha256: await reader.sha256() });
    } finally {
      await reader.close();
    }
  }
  checkFileList(files, folder, CONTENTS_FILE);
  return { files, text: `${JSON.stringify({ format: FORMAT, version: VERSION, files }, null, 2)}\n` };
}

/**
 * The files that a list names.
 *
 * @param source the list's name, for errors
 * @throws TaskweaveError `CHECKPOINT_DAMAGED`
 */
export function parseContents(text: string, source: string): readonly CheckpointFile[] {
  let value: { format?: unknown; version?: unknown; files?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch (cause) {
    throw damaged(source, 'is no JSON', text.slice(0, 100), 'a list of files', cause);
  }
  if (value?.format !== FORMAT || value.version !== VERSION || !Array.isArray(value.files)) {
    throw damaged(source, 'is no list of files', text.slice(0, 100), `${FORMAT}, version ${VERSION}`);
  }
  const files = value.files as unknown[];
  checkFileList(files, source, CONTENTS_FILE);
  return files;
}
