import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { DataSet, Part } from '../data-set.js';
import { composePair } from './compose.js';
import { mnistFolder, readMnist, type Digits, type Mnist } from './digits.js';
import { DIGIT_SIDE, PAIRS, type MultiMnistOptions } from './options.js';
import { digitPairs, type Pairs } from './pairs.js';

/** Which digit of a pair is a task's to name. */
const SIDES: readonly string[] = ['left', 'right'] satisfies (keyof Pairs)[];

/** The files, read once a process however many data sets are opened. */
let shared: Promise<Mnist> | undefined;

/** @throws TaskweaveError `FILE_MISSING` or `DATA_INVALID` */
export async function openMultiMnist(options: MultiMnistOptions): Promise<DataSet> {
  shared ??= readMnist(mnistFolder());
  try {
    const [mnist, pairs] = await Promise.all([shared, digitPairs()]);
    return multiMnistOf(mnist, pairs, options);
  } catch (error) {
    shared = undefined; // so that a file that was mended is read again
    throw error;
  }
}

function multiMnistOf(mnist: Mnist, pairs: Record<Part, Pairs>, options: MultiMnistOptions): DataSet {
  const { shift, trainLimit, validationLimit, testLimit } = options;
  const side = DIGIT_SIDE + shift;
  const digits: Record<Part, Digits> = { train: mnist.train, validation: mnist.train, test: mnist.test };
  const sizes = {
    train: trainLimit ?? PAIRS.train,
    validation: validationLimit ?? PAIRS.validation,
    test: testLimit ?? PAIRS.test,
  };
  return {
    imageShape: [side, side, 1],
    sizes,
    read(part, indices, tasks) {
      checkIndices(indices, sizes[part], part);
      checkTasks(tasks);
      const { images, labels } = digits[part];
      const { left, right } = pairs[part];
      const pixels = side * side;
      const image = new Float32Array(indices.length * pixels);
      indices.forEach((pair, row) => {
        const target = image.subarray(row * pixels, (row + 1) * pixels);
        composePair(images, left[pair]!, right[pair]!, shift, target);
      });
      const labelsOf = (task: string): NamedTensor => ({
        name: `label/${task}`,
        dtype: 'int32',
        shape: [indices.length],
        data: Int32Array.from(indices, (pair) => labels[(task === 'left' ? left : right)[pair]!]!),
      });
      const shape = [indices.length, side, side, 1];
      return [{ name: 'image', dtype: 'float32', shape, data: image }, ...tasks.map(labelsOf)];
    },
  };
}

function checkTasks(tasks: readonly string[]): void {
  const unknown = tasks.find((task) => !SIDES.includes(task));
  if (unknown === undefined) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: "Data set 'multi-mnist' has no labels for this task.",
    subject: 'tasks',
    found: unknown,
    expected: SIDES.join(' or '),
  });
}

function checkIndices(indices: Uint32Array, size: number, part: Part): void {
  const beyond = indices.find((index) => index >= size);
  if (beyond === undefined) return;
  throw new TaskweaveError({
    code: 'INTERNAL',
    message: `There is no such example in the ${part} part of multi-mnist.`,
    found: String(beyond),
    expected: `an index below ${size}`,
  });
}
