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

/** An opened data set. Reading has no state: the same indices give the same bytes. */
export interface DataSet {
  /** Height, width and channels of an image. */
  readonly imageShape: readonly [number, number, number];
  /** Number of examples in each part. */
  readonly sizes: Readonly<Record<Part, number>>;
  /**
   * Some examples of a part, in the order asked for.
   *
   * @param indices each 0 <= index < sizes[part]
   * @param tasks ids of the tasks whose labels are wanted
   * @returns `image` (float32 [n, height, width, channels]) and, for each task in order, `label/<task>`
   * (classification: int32 [n])
   * @throws TaskweaveError `CONFIG_INVALID` for a task that the data set does not have
   */
  read(part: Part, indices: Uint32Array, tasks: readonly string[]): NamedTensor[];
}

/** What is known of a data set before it is opened. */
export interface DataSetDefinition {
  readonly id: string;
  /** Schema of the spec's `data.options`. */
  readonly options: ZodType;
  readonly tasks: readonly TaskDeclaration[];
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
  tasks: readonly TaskDeclaration[];
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
    tasks,
    async open(options) {
      return open(check(options));
    },
    async inputScale(options) {
      const checked = check(options);
      return inputScale === undefined ? UNIT_SCALE : inputScale(checked);
    },
  };
}
