import type { ImageShape } from '@taskweave/backbones';
import { TaskweaveError, elementCount, type NamedTensor } from '@taskweave/common';
import { float32, int32, type HostTensor, type HostTensors, type TensorSpec } from '@taskweave/engine';
import type { TaskDeclaration } from '@taskweave/spec';
import { IGNORED, taskKinds } from '@taskweave/tasks';
import { labelName } from '../programs/batch.js';

/** A batch as programs take it. */
export interface ImportedBatch {
  /** Number of examples. */
  readonly size: number;
  readonly imageShape: ImageShape;
  /** `image` and `label/<task>`. */
  readonly tensors: HostTensors;
}

/**
 * A batch from a file: `image` [n, h, w, c] and, for the task at place i, `label_<i>`, used exactly as they are.
 * Labels of classes may be written as whole floats and with a last axis of 1; 255 means none.
 *
 * @param tasks in the order of the config
 * @param source the file's name, for errors
 * @throws TaskweaveError DATA_INVALID naming the tensor: missing, of another shape or type, not finite, or a class
 *   that the task does not have
 */
export function importBatch(
  tasks: readonly TaskDeclaration[],
  tensors: readonly NamedTensor[],
  source: string,
): ImportedBatch {
  const find = (name: string, expected: string): NamedTensor => {
    const tensor = tensors.find((one) => one.name === name);
    if (tensor !== undefined) return tensor;
    const found = tensors.map((one) => one.name).join(', ') || 'no tensors';
    throw refusal('The batch lacks a tensor.', `${source}, ${name}`, found, expected);
  };
  const image = find('image', 'images [n, height, width, channels], float32');
  const at = `${source}, image`;
  if (image.shape.length !== 4 || elementCount(image.shape) === 0) {
    throw refusal(
      'The images have another shape.',
      at,
      brackets(image.shape),
      '[n, height, width, channels]',
    );
  }
  const [size, ...imageShape] = image.shape as [number, number, number, number];
  const labels = tasks.map((task, place): [string, HostTensor] => {
    const spec = taskKinds[task.kind].label(task, size, imageShape);
    const tensor = find(`label_${place}`, `labels of task "${task.id}", ${brackets(spec.shape)}`);
    return [labelName(task.id), readLabel(task, tensor, spec, `${source}, ${tensor.name}`)];
  });
  const tensorsOfBatch = { image: float32(image.shape, floats(image, at)), ...Object.fromEntries(labels) };
  return { size, imageShape, tensors: tensorsOfBatch };
}

function readLabel(task: TaskDeclaration, tensor: NamedTensor, spec: TensorSpec, at: string): HostTensor {
  const { shape } = tensor;
  const fits = [spec.shape, [...spec.shape, 1]].some((expected) => expected.join() === shape.join());
  if (!fits) {
    const expected = `${brackets(spec.shape)}, as the images say`;
    throw refusal(`The labels of task "${task.id}" have another shape.`, at, brackets(shape), expected);
  }
  if (spec.dtype === 'float32') return float32(spec.shape, floats(tensor, at));
  const classes = tensor.dtype === 'int32' ? tensor.data : floats(tensor, at);
  const mayBeIgnored = task.kind === 'segmentation';
  const isClass = (value: number): boolean =>
    Number.isInteger(value) && ((value >= 0 && value < task.outputs) || (mayBeIgnored && value === IGNORED));
  const bad = classes.findIndex((value) => !isClass(value));
  if (bad >= 0) {
    const expected = `a class from 0 to ${task.outputs - 1}${mayBeIgnored ? `, or ${IGNORED} for none` : ''}`;
    const found = `${classes[bad]!} at element ${bad}`;
    throw refusal(`The labels of task "${task.id}" have a value that is no class.`, at, found, expected);
  }
  return int32(spec.shape, Int32Array.from(classes));
}

/** The elements, which must be float32 and finite. */
function floats({ data, dtype }: NamedTensor, at: string): Float32Array {
  if (!(data instanceof Float32Array)) {
    throw refusal('A tensor of the batch is of another type.', at, dtype, 'float32');
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return data;
  throw refusal('A tensor of the batch is not finite.', at, `${data[bad]!} at element ${bad}`, 'numbers');
}

function brackets(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function refusal(message: string, subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({ code: 'DATA_INVALID', message, subject, found, expected });
}
