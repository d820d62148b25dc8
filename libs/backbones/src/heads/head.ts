import type { Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';
import type { ParameterDeclaration } from '../parameters.js';

/** The end of a task's network: features of the last stage to the task's raw output. */
export interface Head {
  readonly parameters: ParameterDeclaration[];
  /** Multiply-accumulates for one image. */
  readonly macs: number;
  /** Features of the last stage [batch, h, w, c] to raw outputs: [batch, outputs] or [batch, h, w, outputs]. */
  apply(context: ForwardContext, features: Tensor): Tensor;
}
