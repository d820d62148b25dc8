import { TaskweaveError, randomStream } from '@taskweave/common';
import type { Draw } from '../data-set.js';
import { augment, resized, type ImageAndMaps, type LabelMap } from './augment/augment.js';
import { nameOf, type Decoding, type Example } from './example.js';
import { readLabel, type Label } from './labels/read-label.js';
import type { Planes } from './planes.js';
import { readPicture } from './read-picture.js';

/** What to decode: plain data, so that it can go to a worker thread. */
export interface DecodeRequest {
  readonly decoding: Decoding;
  readonly example: Example;
  /** Index of the example within its part. */
  readonly index: number;
  /** Ids of the tasks whose labels are wanted. */
  readonly tasks: readonly string[];
  readonly draw: Draw | undefined;
}

/** An example as it goes into a batch. */
export interface DecodedExample {
  /** After subtraction of the mean and division by the deviation. */
  readonly image: Planes<Float32Array>;
  /** In the order of the tasks asked for. */
  readonly labels: readonly Label[];
}

/**
 * Reads an example's files and augments it: a pure function of the files and the request. The random numbers of an
 * example follow from seed, step and its index, not from its place in the batch.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the file and its line
 */
export async function decodeExample(request: DecodeRequest): Promise<DecodedExample> {
  const { decoding, example, tasks } = request;
  const image = await readPicture(decoding.root, example.image);
  const formats = tasks.map((id) => decoding.tasks.find((task) => task.declaration.id === id)!.format);
  const labels = await Promise.all(
    formats.map((format, i) => readLabel(decoding.root, format, example.labels[tasks[i]!]!)),
  );
  const maps: LabelMap[] = [];
  labels.forEach((planes, i) => {
    if (!isMap(planes)) return;
    checkSize(example, tasks[i]!, image, planes);
    maps.push({ format: formats[i]!, planes });
  });
  const result = transform({ image, maps }, request);
  normalise(result.image.data, decoding);
  const changed = result.maps[Symbol.iterator]();
  return {
    image: result.image,
    labels: labels.map((label) => (isMap(label) ? (changed.next().value as LabelMap).planes : label)),
  };
}

function transform(read: ImageAndMaps, { decoding, index, draw }: DecodeRequest): ImageAndMaps {
  const { resize, augmentation } = decoding;
  const sized = resize === undefined ? read : resized(read, resize[1], resize[0]);
  if (draw === undefined) return sized;
  return augment(sized, augmentation, randomStream(draw.seed, `augment/${index}`, draw.step));
}

function isMap(label: Label): label is Planes {
  return typeof label === 'object' && 'channels' in label;
}

function checkSize(example: Example, task: string, image: Planes, label: Planes): void {
  if (label.width === image.width && label.height === image.height) return;
  const file = example.labels[task]!;
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A label is not of the size of its image.',
    subject: typeof file === 'number' ? task : nameOf(file),
    found: `${label.width}x${label.height}`,
    expected: `${image.width}x${image.height}, as ${example.image.path} is`,
  });
}

function normalise(rgb: Float32Array, { mean, deviation }: Decoding): void {
  for (let i = 0; i < rgb.length; i++) rgb[i] = (rgb[i]! - mean[i % 3]!) / deviation[i % 3]!;
}
