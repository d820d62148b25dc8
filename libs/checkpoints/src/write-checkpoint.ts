import { TaskweaveError } from '@taskweave/common';
import { join } from 'node:path';
import { checkpointName } from './checkpoint-folder.js';
import { JSON_FILE, TENSORS, type CheckpointContents } from './checkpoint.js';
import { writeFolder } from './durable-folder.js';
import { byteLength, sha256OfParts, type FileParts } from './file-parts.js';
import { MANIFEST_FILE, checkManifest, type CheckpointFile, type CheckpointManifest } from './manifest.js';
import { safetensorsParts } from './safetensors.js';

function encodeFiles({ tensors, json = {} }: CheckpointContents): Map<string, FileParts> {
  const files = new Map<string, FileParts>();
  for (const [name, list] of Object.entries(tensors)) files.set(name + TENSORS, safetensorsParts(list));
  for (const [name, value] of Object.entries(json)) {
    files.set(name + JSON_FILE, [Buffer.from(`${JSON.stringify(value)}\n`)]);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One after the other, as each hash takes the thread for itself in turns. */
async function describeFiles(files: ReadonlyMap<string, FileParts>): Promise<CheckpointFile[]> {
  const described: CheckpointFile[] = [];
  for (const [name, parts] of files) {
    described.push({ name, bytes: byteLength(parts), sha256: await sha256OfParts(parts) });
  }
  return described;
}

/**
 * Writes `parent/step-NNNNNNNN`; a checkpoint of the same step is replaced. Tensors are written from the memory they are
 * in and must not be changed before the promise settles.
 *
 * @returns the checkpoint's folder
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`, with nothing left behind; `INTERNAL` for contents that would not be
 *   readable again
 */
export async function writeCheckpoint(parent: string, contents: CheckpointContents): Promise<string> {
  const files = encodeFiles(contents);
  const folder = join(parent, checkpointName(contents.info.step));
  // What else a caller's engine settings hold is part of the spec, and so of the spec's hash.
  const { id, device, threads } = contents.info.engine;
  const manifest: CheckpointManifest = {
    format: 'taskweave-checkpoint',
    version: 1,
    ...contents.info,
    engine: { id, device, threads },
    files: await describeFiles(files),
    createdAt: new Date().toISOString(),
  };
  try {
    checkManifest(manifest, MANIFEST_FILE);
  } catch (cause) {
    // Its author is this program and not a damaged disk.
    const details = TaskweaveError.from(cause).toDetails();
    throw new TaskweaveError(
      { ...details, code: 'INTERNAL', action: 'Report this; the run can be resumed.' },
      { cause },
    );
  }
  await writeFolder(
    folder,
    files.set(MANIFEST_FILE, [Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]),
  );
  return folder;
}
