import type { ErrorDetails } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import type { Part } from '../data-set.js';

/** Smallest, largest and mean of numbers; null where there are none. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
}

/** What was found of one task's labels in one part. */
export interface LabelReport {
  readonly task: string;
  readonly kind: TaskDeclaration['kind'];
  /** How many numbers of a label count: examples, pixels. */
  readonly labelled: number;
  /** How many pixels say that they have no label. */
  readonly unlabelled: number;
  /** Examples or pixels of each class, for classes; of soft ones, examples by their likeliest class. */
  readonly classes?: readonly number[];
  /** Of what counts, for numbers that are no classes. */
  readonly range?: Range | null;
}

export interface PartReport {
  readonly part: Part;
  readonly examples: number;
  /** How many of them were read, with all their labels. */
  readonly readable: number;
  /** Examples by `<width>x<height>`. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Of the numbers that networks get, in red, green and blue together. */
  readonly image: Range | null;
  readonly labels: readonly LabelReport[];
}

/** What keeps an example, a part or the whole data set from being used. */
export interface DataProblem extends ErrorDetails {
  /** Where it is one part's. */
  readonly part?: Part;
  /** Index within the part, where it is one example's. */
  readonly index?: number;
}

/** What `taskweave data check` finds. Plain data. */
export interface DataReport {
  readonly tasks: readonly TaskDeclaration[];
  /** Height, width and channels of the images that networks are trained on. */
  readonly imageShape: readonly number[];
  readonly parts: readonly PartReport[];
  /** Empty when nothing is wrong. */
  readonly problems: readonly DataProblem[];
}
