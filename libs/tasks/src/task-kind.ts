import type { Raster } from '@taskweave/images';
import type { HostTensor, Tensor, TensorSpec } from '@taskweave/engine';
import type { TaskDeclaration, TaskKindId } from '@taskweave/spec';

/** What a metric is counted in; a share is 0..1, and `none` a number of no unit. */
export type MetricUnit = 'share' | 'degrees' | 'metres' | 'none';

/** One result of a metric over all examples it has seen. */
export interface MetricValue {
  /** E.g. `accuracy`; metrics of one name have one unit. */
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
  readonly higherIsBetter: boolean;
}

/** Adds up a metric batch by batch, in constant memory. */
export interface StreamingMetric {
  /**
   * @param output the network's raw output (logits), first axis the examples
   * @param label what the data set gives for the same examples
   */
  add(output: HostTensor, label: HostTensor): void;
  /** The metric so far; NaN before the first example. */
  result(): MetricValue;
  /** Further figures, by which the kind of task is usually reported beside the metric; empty when there are none. */
  details(): readonly MetricValue[];
}

/** Everything that depends on what is predicted: one folder a kind, the same file names in each. Its functions need no `this`. */
export interface TaskKind {
  readonly id: TaskKindId;
  /** One answer per image, or one per pixel: which of the two a network's head gives. */
  readonly predicts: 'image' | 'pixels';
  /**
   * Shape and type of the labels of a batch.
   *
   * @param imageShape height, width and channels of the images
   */
  label(
    task: TaskDeclaration,
    batchSize: number,
    imageShape: readonly [height: number, width: number, channels: number],
  ): TensorSpec;
  /** Training loss of a batch, a scalar. */
  loss(output: Tensor, label: Tensor, task: TaskDeclaration): Tensor;
  metric(task: TaskDeclaration): StreamingMetric;
  /**
   * A picture of one example's label, RGB: of the label's size for tasks per pixel, a small chart for tasks per image.
   *
   * @param label of a batch
   * @param example its number in the batch
   */
  drawLabel(label: HostTensor, example: number, task: TaskDeclaration): Raster;
  /**
   * The same of what a network says.
   *
   * @param output the network's raw output for a batch
   * @param size height and width of the picture of a task per pixel
   * @param label of the same batch, if it is known: the prediction is drawn in its range and marks what is true
   */
  drawOutput(
    output: HostTensor,
    example: number,
    size: readonly [height: number, width: number],
    task: TaskDeclaration,
    label?: HostTensor,
  ): Raster;
  /** One example's label in a word or two, such as the name of its class; only of tasks per image. */
  tellLabel?(label: HostTensor, example: number, task: TaskDeclaration): string;
  /** The same of what a network says. */
  tellOutput?(output: HostTensor, example: number, task: TaskDeclaration): string;
}
