import type { ForwardContext, ParameterDeclaration } from '@taskweave/backbones';
import type { Tensor } from '@taskweave/engine';
import type { Edge, StageDeclaration } from '@taskweave/search-space';
import type { FusionSettings } from '../fusion.js';

/** What joins the features of several networks after a stage of one of them. */
export interface FusionNode {
  /**
   * @param prefix of the parameters' names
   * @param incoming the edges into the node, in edge order
   */
  declare(
    prefix: string,
    stage: StageDeclaration,
    incoming: readonly Edge[],
    settings: FusionSettings,
  ): ParameterDeclaration[];
  /**
   * What the network goes on with in place of its own feature.
   *
   * @param own the network's own pre-fusion feature [batch, h, w, C]
   * @param sources pre-fusion features at the other ends of the incoming edges, in edge order
   * @param gates one number per source, shape [k]; absent: all are 1
   */
  fuse(
    context: ForwardContext,
    prefix: string,
    own: Tensor,
    sources: readonly Tensor[],
    gates: Tensor | undefined,
  ): Tensor;
  /** Multiply-accumulates for one image, those of the incoming edges included. */
  macs(stage: StageDeclaration, incoming: readonly Edge[]): number;
}
