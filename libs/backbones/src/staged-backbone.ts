import { withScope, type Tensor } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { Backbone } from './backbone.js';
import type { ForwardContext } from './forward-context.js';
import type { Head } from './heads/head.js';
import type { ParameterDeclaration } from './parameters.js';

/** One stage of a backbone: what it declares, and what it computes. */
export interface Stage {
  readonly declaration: StageDeclaration;
  readonly parameters: readonly ParameterDeclaration[];
  /** Multiply-accumulates for one image. */
  readonly macs: number;
  /** [batch, h, w, c] of the stage before, or the image, to the declared shape. */
  apply(context: ForwardContext, x: Tensor): Tensor;
}

/** A backbone of stages and a head, each in the scope that its name gives it: `<task>/<stage name>`, `<task>/head`. */
export function stagedBackbone(task: string, stages: readonly Stage[], head: Head): Backbone {
  return {
    stages: stages.map(({ declaration }) => declaration),
    parameters: [...stages.flatMap(({ parameters }) => parameters), ...head.parameters],
    macs: stages.reduce((sum, { macs }) => sum + macs, head.macs),
    headMacs: head.macs,
    stage(context, index, x) {
      const stage = stages[index]!;
      return withScope(`${task}/${stage.declaration.name}`, () => stage.apply(context, x));
    },
    head: (context, features) => withScope(`${task}/head`, () => head.apply(context, features)),
  };
}
