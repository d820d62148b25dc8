import type { TensorData } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import type { LabelReport, Range } from './report.js';

/** Label of a pixel, or of every channel of it, that says there is none. */
const NO_LABEL = 255;

/** Least, most and mean, number by number. */
export class RangeSum {
  #least = Infinity;
  #most = -Infinity;
  #sum = 0;
  #count = 0;

  add(value: number): void {
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    this.#sum += value;
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  result(): Range | null {
    if (this.#count === 0) return null;
    return { least: this.#least, most: this.#most, mean: this.#sum / this.#count };
  }
}

/** Adds up what is said of a task's labels, in constant memory. */
export class LabelStatistics {
  readonly #task: TaskDeclaration;
  readonly #classes: number[];
  readonly #range = new RangeSum();
  #labelled = 0;
  #unlabelled = 0;

  constructor(task: TaskDeclaration) {
    this.#task = task;
    this.#classes = new Array<number>(task.outputs).fill(0);
  }

  /** @param data the label of one example */
  add(data: TensorData): void {
    switch (this.#task.kind) {
      case 'classification':
      case 'segmentation':
        for (const value of data) this.#addClass(value);
        break;
      case 'soft-classification':
        this.#addClass(data.indexOf(Math.max(...data)));
        break;
      case 'surface-normals':
        this.#addVectors(data);
        break;
      case 'depth':
        this.#addNumbers(data);
    }
  }

  result(): LabelReport {
    const { id, kind } = this.#task;
    const byClass = /classification|segmentation/.test(kind);
    return {
      task: id,
      kind,
      labelled: this.#labelled,
      unlabelled: this.#unlabelled,
      ...(byClass ? { classes: this.#classes } : { range: this.#range.result() }),
    };
  }

  #addClass(value: number): void {
    // 255 is a class like any other of a task that has so many.
    if (value >= this.#classes.length) this.#unlabelled++;
    else {
      this.#classes[value]!++;
      this.#labelled++;
    }
  }

  #addVectors(data: TensorData): void {
    for (let at = 0; at < data.length; at += 3) {
      const none = data[at] === NO_LABEL && data[at + 1] === NO_LABEL && data[at + 2] === NO_LABEL;
      if (none) this.#unlabelled++;
      else {
        this.#labelled++;
        for (let c = at; c < at + 3; c++) this.#range.add(data[c]!);
      }
    }
  }

  #addNumbers(data: TensorData): void {
    for (const value of data) {
      if (value === NO_LABEL) this.#unlabelled++;
      else {
        this.#labelled++;
        this.#range.add(value);
      }
    }
  }
}
