/**
 * What the data sets of image files tell the decoder: plain data, as it goes to a worker thread. A data set lists its
 * examples; how a label is stored is the same for all labels of a task.
 */
import type { TaskDeclaration } from '@taskweave/spec';
import type { Augmentation } from './augment/augmentation.js';
import type { LabelFormat } from './labels/label-format.js';

/** A file that a data set names. */
export interface ListedFile {
  /** Below the root, with `/` between folders. */
  readonly path: string;
  /** Where it is named, e.g. `list/training_seg.txt, line 7`; absent where its own place names it. */
  readonly listedAt?: string;
}

/** One image and the label of each task: a file, or the class itself. */
export interface Example {
  readonly image: ListedFile;
  readonly labels: Readonly<Record<string, ListedFile | number>>;
}

/** A task and how its labels are stored. */
export interface StoredTask {
  readonly declaration: TaskDeclaration;
  readonly format: LabelFormat;
}

/** Everything that turns the files of an example into numbers. */
export interface Decoding {
  /** Absolute path of the folder that no file may lie outside of. */
  readonly root: string;
  readonly tasks: readonly StoredTask[];
  /** Height and width that images and labels are brought to when they are read; absent: their own. */
  readonly resize?: readonly [height: number, width: number];
  readonly augmentation: Augmentation;
  /** Subtracted from red, green and blue, 0..255. */
  readonly mean: readonly number[];
  /** What the difference is then divided by. */
  readonly deviation: readonly number[];
}

/** What errors call a file. */
export function nameOf({ path, listedAt }: ListedFile): string {
  return listedAt === undefined ? path : `${listedAt}: ${path}`;
}
