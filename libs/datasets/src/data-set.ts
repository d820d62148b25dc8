/**
 * The seam that every data set fits. A data set is a folder here with an `index.ts` (its definition), an
 * `options.ts` (the schema of its options) and a `data-set.ts` (reading it); `registry.ts` lists them all.
 */
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import type { ZodType } from 'zod';
import { UNIT_SCALE, type InputScale } from './input-scale.js';

/** The parts of a data set on disk. `train` is divided further, into weights and architecture, by the batch order. */
export type Part = 'train' | 'validation' | 'test';

/** Where the augmentation of a training batch gets its random numbers from. */
export interface Draw {
  /** The run's seed: a uint32. */
  readonly seed: number;
  /** Number of the batch in the common sequence of all shards, from 0. */
  readonly step: number;
}

/** An opened data set. Reading has no state: the same arguments give the same bytes. */
export interface DataSet {
  /** Every task that there are labels for. */
  readonly tasks: readonly TaskDeclaration[];
  /**
   * Height, width and channels of an image that is read with a draw. Images read without one may be of another size,
   * such as whole images where training is on crops; those of one part are all alike.
   */
  readonly imageShape: readonly [number, number, number];
  /** Number of examples in each part. */
  readonly sizes: Readonly<Record<Part, number>>;
  /**
   * Some examples of a part, in the order asked for.
   *
   * @param indices each 0 <= index < sizes[part]
   * @param tasks ids of the tasks whose labels are wanted
   * @param draw random numbers of the augmentation; without one, examples come as they are
   * @returns `image` (float32 [n, height, width, channels]) and, for each task in order, `label/<task>` as its kind has
   * it (classification: int32 [n])
   * @throws TaskweaveError `CONFIG_INVALID` for a task that the data set does not have; `FILE_MISSING` or `DATA_INVALID`
   * naming the file, and the line that lists it, of an example that cannot be read
   */
  read(part: Part, indices: Uint32Array, tasks: readonly string[], draw?: Draw): Promise<NamedTensor[]>;
}

/** What is known of a data set before it is opened. */
export interface DataSetDefinition {
  readonly id: string;
  /** Schema of the spec's `data.options`. */
  readonly options: ZodType;
  /** Its tasks, where they do not depend on what is found when it is opened. */
  readonly tasks?: readonly TaskDeclaration[];
  /**
   * @param options checked with `options` once more, so it may come from anywhere
   * @throws TaskweaveError `CONFIG_INVALID` for bad options, `FILE_MISSING`, `DATA_INVALID`
   */
  open(options: unknown): Promise<DataSet>;
  /**
   * How images of 8 bits are scaled, so that a network trained on this data set can be given others; 0..1 by default.
   * Reads no more files than it has to.
   *
   * @param options as for `open`
   * @throws TaskweaveError as `open` does
   */
  inputScale(options: unknown): Promise<InputScale>;
}

/** Makes a definition from an `open` that takes options already checked and typed. */
export function defineDataSet<Options>(definition: {
  id: string;
  options: ZodType<Options>;
  tasks?: readonly TaskDeclaration[];
  open(options: Options): Promise<DataSet>;
  inputScale?(options: Options): Promise<InputScale>;
}): DataSetDefinition {
  const { id, options: schema, tasks, open, inputScale } = definition;
  const check = (options: unknown): Options => {
    const result = schema.safeParse(options);
    if (result.success) return result.data;
    const issues = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`,
    );
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `The options of data set '${id}' are not valid. ${issues.join('; ')}`,
      subject: 'data.options',
    });
  };
  return {
    id,
    options: schema,
    ...(tasks !== undefined && { tasks }),
    async open(options) {
      return open(check(options));
    },
    async inputScale(options) {
      const checked = check(options);
      return inputScale === undefined ? UNIT_SCALE : inputScale(checked);
    },
  };
}
