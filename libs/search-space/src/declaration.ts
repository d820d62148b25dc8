/**
 * What a backbone declares about itself: the stages after which features can be fused. Pure data, so that the
 * search space, the drawings and the cost tables need no tensors.
 */

/** One point of a network after which another task's features can be fused in. */
export interface StageDeclaration {
  /** Unique within its network, e.g. `conv2_1`. */
  readonly name: string;
  /** Channels of the stage's output feature map. */
  readonly channels: number;
  /** Height of the stage's output feature map, in pixels. */
  readonly height: number;
  /** Width of the stage's output feature map, in pixels. */
  readonly width: number;
  /**
   * Index of the resolution block, counted from 0 and never decreasing from one stage to the next. A pool that
   * precedes a convolution belongs to that convolution's stage, and so opens a new block.
   */
  readonly block: number;
}

/** One task's network: its stages from input to output. */
export interface NetworkDeclaration {
  /** The task's id, unique within a run, e.g. `left`. */
  readonly task: string;
  readonly stages: readonly StageDeclaration[];
}
