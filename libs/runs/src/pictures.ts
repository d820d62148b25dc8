import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationTimes, TaskDeclaration } from '@taskweave/spec';
import { damaged, notWritable, readJsonObject, toJsonText } from './files.js';
import { inTurn } from './in-turn.js';

/** About as many evaluations of a run keep their pictures. */
const MOST_KEPT = 20;

const FOLDER = /^step-(\d{8,})$/;
const RECORD_FILE = 'pictures.json';

/** What is true of an example, and what the network says; files are beside the record. */
export interface TaskPicture {
  readonly task: string;
  readonly kind: TaskDeclaration['kind'];
  readonly truth: string;
  readonly prediction: string;
  /** In a word or two; of tasks per image only. */
  readonly truthText?: string;
  readonly predictionText?: string;
}

/** Some validation examples as a network saw them after so many steps: the contents of a pictures.json. */
export interface PicturesRecord {
  readonly format: 'taskweave-pictures';
  readonly version: 1;
  /** Steps done. */
  readonly step: number;
  readonly network: 'discrete';
  readonly examples: readonly { readonly image: string; readonly tasks: readonly TaskPicture[] }[];
}

/** An example to write: {@link TaskPicture} with PNGs in place of the names of files. */
export interface DrawnExample {
  readonly image: Uint8Array;
  readonly tasks: readonly (Omit<TaskPicture, 'truth' | 'prediction'> & {
    readonly truth: Uint8Array;
    readonly prediction: Uint8Array;
  })[];
}

/** Whether the pictures after so many steps are kept to the end: those of evenly spread evaluations, and the last ones. */
export function picturesAreKept(step: number, { steps, evaluation: { every } }: EvaluationTimes): boolean {
  if (step === steps) return true;
  return every > 0 && step % (every * Math.ceil(steps / every / MOST_KEPT)) === 0;
}

/** Steps done when there were pictures made, ascending. */
export function listPictures(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => FOLDER.exec(name)?.slice(1).map(Number) ?? [])
    .sort((a, b) => a - b);
}

/** Folder of the pictures after so many steps. */
export function picturesFolder(folder: string, step: number): string {
  return join(folder, `step-${String(step).padStart(8, '0')}`);
}

/**
 * What was drawn after so many steps.
 *
 * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED`
 */
export function readPictures(folder: string, step: number): PicturesRecord {
  const path = join(picturesFolder(folder, step), RECORD_FILE);
  const record = readJsonObject(path) as Partial<Record<keyof PicturesRecord, unknown>>;
  if (record.format !== 'taskweave-pictures' || record.version !== 1 || !Array.isArray(record.examples)) {
    throw damaged(path, 'it is not a list of pictures that this release can read');
  }
  return record as unknown as PicturesRecord;
}

/**
 * Writes the pictures of an evaluation, all or none, and removes earlier ones that are not to be kept.
 *
 * @param folder of all pictures of a run; made if it is not there
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export function writePictures(
  folder: string,
  step: number,
  examples: readonly DrawnExample[],
  times: EvaluationTimes,
): Promise<void> {
  return inTurn(folder, async () => {
    const path = picturesFolder(folder, step);
    const unfinished = `${path}.unfinished`;
    try {
      await rm(unfinished, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
      await writeAll(unfinished, step, examples);
      await rm(path, { recursive: true, force: true });
      await rename(unfinished, path);
      await prune(folder, times);
    } catch (cause) {
      await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
      throw notWritable(path, cause);
    }
  });
}

/** The record last. */
async function writeAll(folder: string, step: number, examples: readonly DrawnExample[]): Promise<void> {
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes);
    return name;
  };
  const written: { image: string; tasks: TaskPicture[] }[] = [];
  for (const [i, { image, tasks }] of examples.entries()) {
    const example = { image: await write(`${i}-image.png`, image), tasks: [] as TaskPicture[] };
    for (const { task, kind, truth, prediction, ...texts } of tasks) {
      const files = {
        truth: await write(`${i}-${task}-truth.png`, truth),
        prediction: await write(`${i}-${task}-prediction.png`, prediction),
      };
      example.tasks.push({ task, kind, ...files, ...texts });
    }
    written.push(example);
  }
  const record: PicturesRecord = {
    format: 'taskweave-pictures',
    version: 1,
    step,
    network: 'discrete',
    examples: written,
  };
  const file = await open(join(folder, RECORD_FILE), 'w');
  try {
    await file.writeFile(toJsonText(record));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes what is neither to be kept nor the newest, and what a killed process left half written. */
async function prune(folder: string, times: EvaluationTimes): Promise<void> {
  const newest = listPictures(folder).at(-1);
  for (const name of readdirSync(folder)) {
    const step = Number(FOLDER.exec(name)?.[1] ?? NaN);
    if (step === newest || picturesAreKept(step, times)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
