import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { DecodedExample } from './decode-example.js';
import { nameOf, type Example, type StoredTask } from './example.js';
import type { LabelFormat } from './labels/label-format.js';
import type { Planes } from './planes.js';

/**
 * Decoded examples as the tensors of a batch.
 *
 * @param examples where they come from, for messages
 * @throws TaskweaveError `DATA_INVALID` when images are of different sizes
 */
export function toBatch(
  decoded: readonly DecodedExample[],
  examples: readonly Example[],
  tasks: readonly StoredTask[],
): NamedTensor[] {
  const images = decoded.map(({ image }) => image);
  const { height = 0, width = 0 } = images[0] ?? {};
  const other = images.findIndex((image) => image.height !== height || image.width !== width);
  if (other >= 0) {
    throw new TaskweaveError({
      code: 'DATA_INVALID',
      message: 'Images of one batch are of different sizes.',
      subject: nameOf(examples[other]!.image),
      found: `${images[other]!.width}x${images[other]!.height}`,
      expected: `${width}x${height}, as ${examples[0]!.image.path} is`,
      action: 'Bring them to one size, in the files or by an option of the data set.',
    });
  }
  const shape = [decoded.length, height, width];
  const image: NamedTensor = {
    name: 'image',
    dtype: 'float32',
    shape: [...shape, 3],
    data: joined(new Float32Array(decoded.length * height * width * 3), images),
  };
  return [
    image,
    ...tasks.map(({ declaration, format }, i) =>
      labelTensor(
        `label/${declaration.id}`,
        format,
        decoded.map(({ labels }) => labels[i]!),
        shape,
      ),
    ),
  ];
}

function labelTensor(
  name: string,
  format: LabelFormat,
  labels: readonly (number | Float32Array | Planes)[],
  shape: readonly number[],
): NamedTensor {
  const [n = 0] = shape;
  const pixels = shape.reduce((product, extent) => product * extent, 1);
  const maps = labels as readonly Planes[];
  switch (format.kind) {
    case 'classification':
      return { name, dtype: 'int32', shape: [n], data: Int32Array.from(labels as number[]) };
    case 'soft-classification': {
      const data = new Float32Array(n * format.outputs);
      labels.forEach((label, i) => data.set(label as Float32Array, i * format.outputs));
      return { name, dtype: 'float32', shape: [n, format.outputs], data };
    }
    case 'segmentation':
      return { name, dtype: 'int32', shape: [...shape], data: joined(new Int32Array(pixels), maps) };
    case 'surface-normals':
      return {
        name,
        dtype: 'float32',
        shape: [...shape, 3],
        data: joined(new Float32Array(3 * pixels), maps),
      };
    case 'depth':
      return { name, dtype: 'float32', shape: [...shape], data: joined(new Float32Array(pixels), maps) };
  }
}

function joined<Data extends Float32Array | Int32Array>(into: Data, maps: readonly Planes[]): Data {
  maps.forEach(({ data }, i) => into.set(data, i * data.length));
  return into;
}
