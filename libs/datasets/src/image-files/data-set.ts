import { TaskweaveError } from '@taskweave/common';
import { resolve } from 'node:path';
import { checkRead } from '../check-read.js';
import type { DataSet, Part } from '../data-set.js';
import { toBatch } from './batch.js';
import type { Decoding, Example } from './example.js';
import { sharedPool } from './workers/decode-pool.js';

/** A data set whose examples are files, listed but not yet read. */
export interface ImageFiles {
  /** Of the data set. */
  readonly id: string;
  readonly decoding: Decoding;
  readonly parts: Readonly<Record<Part, readonly Example[]>>;
  /** Threads that decode. */
  readonly workers: number;
  /** What lists a part, for the message when it is empty. */
  readonly listedIn: Readonly<Record<Part, string>>;
}

/**
 * The data set over listed files. Files are read, decoded and augmented in worker threads when a batch is asked for.
 *
 * @throws TaskweaveError `DATA_INVALID` for an empty part; and, where training is on whole images of which none can be read,
 * what reading the first of them throws
 */
export async function imageFilesDataSet(files: ImageFiles): Promise<DataSet> {
  const { id, parts, workers } = files;
  const decoding = { ...files.decoding, root: resolve(files.decoding.root) };
  for (const part of ['train', 'validation', 'test'] as const) {
    if (parts[part].length === 0) throw emptyPart(part, files.listedIn[part]);
  }
  const pool = sharedPool(workers);
  const stored = new Map(decoding.tasks.map((task) => [task.declaration.id, task]));
  const sizes = { train: parts.train.length, validation: parts.validation.length, test: parts.test.length };
  const tasks = decoding.tasks.map(({ declaration }) => declaration);
  const imageSize = async (): Promise<readonly [number, number]> => {
    const known = decoding.augmentation.crop === false ? decoding.resize : decoding.augmentation.crop;
    if (known !== undefined) return known;
    // Of the first image that can be read: the others are refused when they are asked for, each by its name.
    let failure: unknown;
    for (const example of parts.train) {
      try {
        const { image } = await pool.decode({ decoding, example, index: 0, tasks: [], draw: undefined });
        return [image.height, image.width];
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  };
  return {
    tasks,
    imageShape: [...(await imageSize()), 3],
    sizes,
    async read(part, indices, wanted, draw) {
      checkRead(id, { tasks, sizes }, part, indices, wanted);
      const examples = Array.from(indices, (index) => parts[part][index]!);
      const decoded = await Promise.all(
        examples.map((example, i) =>
          pool.decode({ decoding, example, index: indices[i]!, tasks: wanted, draw }),
        ),
      );
      return toBatch(
        decoded,
        examples,
        wanted.map((task) => stored.get(task)!),
      );
    },
  };
}

function emptyPart(part: Part, subject: string): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: `There are no examples for ${part}.`,
    subject,
    found: '0 examples',
    expected: 'at least one',
  });
}
