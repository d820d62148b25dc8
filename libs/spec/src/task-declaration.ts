/** What a data set says about a task, and all that a network needs to know of it. Pure data. */
export interface TaskDeclaration {
  /** Unique within a data set, e.g. `left`. */
  readonly id: string;
  /** Chooses loss, metric and head. */
  readonly kind: TaskKindId;
  /** Size of the network's output per example (classification) or per pixel
   * (segmentation, surface-normals): number of classes, labels 0..outputs-1, or of vector components. */
  readonly outputs: number;
}

export type TaskKindId = 'classification' | 'segmentation' | 'surface-normals';
