import { TaskweaveError, elementCount, type NamedTensor } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { importBatch } from './import-batch.js';
import { NYU_TASKS } from './testing.js';

const tensor = (name: string, shape: number[], data: ArrayLike<number>): NamedTensor => ({
  name,
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});
const numbers = (shape: number[]) => Array.from({ length: elementCount(shape) }, (_, i) => i / 8);

const image = tensor('image', [2, 2, 3, 3], numbers([2, 2, 3, 3]));
const classes = [0, 39, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const label0 = tensor('label_0', [2, 2, 3, 1], classes);
const label1 = tensor('label_1', [2, 2, 3, 3], numbers([2, 2, 3, 3]));
const batch = [image, label0, label1];

describe('importBatch', () => {
  it('takes image and labels as they are', () => {
    const { size, imageShape, tensors } = importBatch(NYU_TASKS, batch, 'batch.safetensors');
    expect({ size, imageShape }).toEqual({ size: 2, imageShape: [2, 3, 3] });
    expect(tensors).toEqual({
      image: { dtype: 'float32', shape: [2, 2, 3, 3], data: image.data },
      'label/segmentation': { dtype: 'int32', shape: [2, 2, 3], data: Int32Array.from(classes) },
      'label/normals': { dtype: 'float32', shape: [2, 2, 3, 3], data: label1.data },
    });
  });

  it('takes classes without a last axis, and as integers', () => {
    const expected = importBatch(NYU_TASKS, batch, 'batch');
    const flat = { ...label0, shape: [2, 2, 3] };
    expect(importBatch(NYU_TASKS, [image, flat, label1], 'batch')).toEqual(expected);
    const whole: NamedTensor = { ...label0, dtype: 'int32', data: Int32Array.from(classes) };
    expect(importBatch(NYU_TASKS, [image, whole, label1], 'batch')).toEqual(expected);
  });

  it.each<[string, NamedTensor[], Partial<TaskweaveError>]>([
    ['no image', [label0, label1], { subject: 'b, image', found: 'label_0, label_1' }],
    ['no labels', [image], { subject: 'b, label_0', expected: 'labels of task "segmentation", [2, 2, 3]' }],
    ['labels of one task only', [image, label0], { subject: 'b, label_1' }],
    ['one image that is no batch', [{ ...image, shape: [4, 3, 3] }, label0, label1], { found: '[4, 3, 3]' }],
    ['an empty batch', [tensor('image', [0, 2, 3, 3], []), label0, label1], { found: '[0, 2, 3, 3]' }],
    [
      'labels of another size',
      [image, label0, { ...label1, shape: [2, 3, 2, 3] }],
      { subject: 'b, label_1', found: '[2, 3, 2, 3]', expected: '[2, 2, 3, 3], as the images say' },
    ],
    [
      'bytes for an image',
      [{ ...image, dtype: 'uint8', data: new Uint8Array(36) }, label0, label1],
      { subject: 'b, image', found: 'uint8', expected: 'float32' },
    ],
    [
      'numbers that are not',
      [
        image,
        label0,
        tensor(
          'label_1',
          label1.shape,
          label1.data.map((x, i) => (i === 5 ? NaN : x)),
        ),
      ],
      { subject: 'b, label_1', found: 'NaN at element 5' },
    ],
    [
      'a class that there is not',
      [image, tensor('label_0', label0.shape, classes.with(1, 40)), label1],
      { found: '40 at element 1', expected: 'a class from 0 to 39, or 255 for none' },
    ],
    [
      'half a class',
      [image, tensor('label_0', label0.shape, classes.with(3, 0.5)), label1],
      { found: '0.5 at element 3' },
    ],
  ])('refuses %s', (_, tensors, expected) => {
    expect(() => importBatch(NYU_TASKS, tensors, 'b')).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', ...expected }),
    );
  });
});
