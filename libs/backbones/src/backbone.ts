import type { ZodType } from 'zod';
import type { Tensor } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { ForwardContext } from './forward-context.js';
import type { ParameterDeclaration } from './parameters.js';

/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** One task's network: declared stages, after each of which features can be fused, and a head. */
export interface Backbone {
  readonly stages: readonly StageDeclaration[];
  /** All parameters, full names; those of the stages are of the group `backbone`, those of the head of others. */
  readonly parameters: readonly ParameterDeclaration[];
  /** Multiply-accumulates for one image, stages and head. */
  readonly macs: number;
  /** Those of `macs` that the head does. */
  readonly headMacs: number;
  /**
   * Output of stage `index` from the (fused) output of the one before, or from the image for stage 0. Its operations are
   * in the scope `<task>/<stage name>`.
   */
  stage(context: ForwardContext, index: number, x: Tensor): Tensor;
  /** Raw output of the task from the (fused) output of the last stage. */
  head(context: ForwardContext, features: Tensor): Tensor;
}

/** What a task predicts: one vector per image [batch, outputs], or a map of them [batch, h, w, outputs]. */
export type Prediction = 'image' | 'pixels';

export interface BackboneRequest<Options> {
  /** Prefix of all parameter names: the task's id. */
  readonly task: string;
  readonly options: Options;
  readonly imageShape: ImageShape;
  /** Size of the output: number of classes, or channels per pixel. */
  readonly outputs: number;
  /** What the task predicts: one vector per image, or one per pixel (at the head's output stride). Default `image`. */
  readonly predicts?: Prediction;
}

/** A kind of backbone: one folder each, the same file names in each. */
export interface BackboneDefinition<Options = unknown> {
  readonly id: string;
  /** Schema of `backbone.options` in a config, with all defaults. */
  readonly options: ZodType<Options>;
  /** @throws TaskweaveError CONFIG_INVALID when the image is too small for the stages, or the head cannot predict what is asked for */
  create(request: BackboneRequest<Options>): Backbone;
}
