import { float32, int32, type HostTensors } from '@taskweave/engine';
import { decodePng } from '@taskweave/images';
import type { TaskDeclaration } from '@taskweave/spec';
import { taskKinds } from '@taskweave/tasks';
import { expect, it } from 'vitest';
import { copyExample, drawExamples } from './example-pictures.js';

const PARTS: TaskDeclaration = { id: 'parts', kind: 'segmentation', outputs: 2 };
const SCENE: TaskDeclaration = {
  id: 'scene',
  kind: 'classification',
  outputs: 2,
  classes: ['hall', 'attic'],
};

/** Two examples; the second is white at the right, of class 1 there, and an attic. */
const batch: HostTensors = {
  image: float32([2, 1, 2, 1], [5, 5, -1, 1]),
  'label/parts': int32([2, 1, 2], [0, 0, 0, 1]),
  'label/scene': int32([2], [0, 1]),
  'output/parts': float32([2, 1, 2, 2], [0, 9, 0, 9, 9, 0, 9, 0]),
  'output/scene': float32([2, 2], [0, 9, 9, 0]),
  'loss/parts': float32([], [0.5]),
};

it('draws an example of a batch with all its tasks, in pictures and in words', () => {
  const example = copyExample(batch, 1, 2);
  // The memory of a batch is used again.
  batch['image']!.data.fill(0);
  expect(Object.keys(example)).not.toContain('loss/parts');
  const [drawn, ...more] = drawExamples([example], [PARTS, SCENE]);
  expect(more).toEqual([]);
  expect(decodePng(drawn!.imagePng, '')).toMatchObject({ width: 2, height: 1, data: Uint8Array.of(0, 255) });
  const [parts, scene] = drawn!.tasks;
  const expected = (label: number) =>
    taskKinds.segmentation.drawLabel(int32([1, 1, 2], [0, label]), 0, PARTS).data;
  expect(decodePng(parts!.truthPng, '').data).toEqual(expected(1));
  expect(decodePng(parts!.predictionPng, '').data).toEqual(expected(0));
  expect(parts).toMatchObject({ task: 'parts', kind: 'segmentation', truthText: '', predictionText: '' });
  expect(scene).toMatchObject({ truthText: 'attic', predictionText: 'hall' });
});

it('makes large pictures smaller, and leaves examples out that would be too much for a message', () => {
  const exampleOf = (height: number, width: number): HostTensors => {
    const noise = Float32Array.from({ length: height * width * 3 }, (_, i) => Math.sin(i * i));
    return { image: float32([1, height, width, 3], noise) };
  };
  const [large] = drawExamples([exampleOf(400, 800)], []);
  expect(decodePng(large!.imagePng, '')).toMatchObject({ width: 320, height: 160 });
  const small = [1, 2, 3].map(() => exampleOf(8, 8));
  const { length } = drawExamples(small, [])[0]!.imagePng;
  expect(drawExamples(small, [], 2 * length)).toHaveLength(2);
  expect(drawExamples(small, [], 2 * length - 1)).toHaveLength(1);
});
