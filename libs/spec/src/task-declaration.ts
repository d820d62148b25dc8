/** What a data set says about a task, and all that a network needs to know of it. Pure data. */
export interface TaskDeclaration {
  /** Unique within a data set, e.g. `left`. */
  readonly id: string;
  /** Chooses loss, metric, picture and head. */
  readonly kind: TaskKindId;
  /**
   * Size of the network's output, per example or per pixel: number of classes (classification, soft-classification,
   * segmentation; labels 0..outputs-1), 3 for surface-normals, 1 for depth.
   */
  readonly outputs: number;
  /** Names of the classes, one for each output; absent where the data set does not know them. */
  readonly classes?: readonly string[];
}

export const TASK_KIND_IDS = [
  'classification',
  'soft-classification',
  'segmentation',
  'surface-normals',
  'depth',
] as const;

export type TaskKindId = (typeof TASK_KIND_IDS)[number];
