import type { NamedTensor } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import { checkRead } from '../check-read.js';
import type { DataSet, Part } from '../data-set.js';
import { composePair } from './compose.js';
import { CLASSES, mnistFolder, readMnist, type Digits, type Mnist } from './digits.js';
import { DIGIT_SIDE, PAIRS, type MultiMnistOptions } from './options.js';
import { digitPairs, type Pairs } from './pairs.js';

/** Which digit of a pair is a task's to name. */
const SIDES = ['left', 'right'] satisfies (keyof Pairs)[];

export const MULTI_MNIST_TASKS: readonly TaskDeclaration[] = SIDES.map((id) => ({
  id,
  kind: 'classification',
  outputs: CLASSES,
}));

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
    tasks: MULTI_MNIST_TASKS,
    imageShape: [side, side, 1],
    sizes,
    // Digits are in memory, and none is augmented.
    async read(part, indices, tasks) {
      checkRead('multi-mnist', { tasks: MULTI_MNIST_TASKS, sizes }, part, indices, tasks);
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
