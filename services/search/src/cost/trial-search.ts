import type { Json } from '@taskweave/common';
import { CrossTaskSpace } from '@taskweave/search-space';
import type { RunPlan } from '@taskweave/spec';
import { findStrategy, type AnyStrategy, type StrategyContext } from '@taskweave/strategies';
import type { ArchitecturePassResult } from '@taskweave/supernet';

/** The architect's part of the steps of a search on their own. */
export class TrialSearch {
  readonly #strategy: AnyStrategy;
  readonly #context: StrategyContext<unknown>;
  #state: Json;

  constructor({ spec, networks }: RunPlan) {
    this.#strategy = findStrategy(spec.strategy.id);
    this.#context = {
      seed: spec.seed,
      steps: spec.steps,
      space: CrossTaskSpace.between(networks, spec.space),
      options: this.#strategy.options.parse(spec.strategy.options),
    };
    this.#state = this.#strategy.init(this.#context);
  }

  /** Gates of the next architecture pass. */
  propose(): number[] {
    return [...this.#strategy.propose(this.#state, this.#context).gates];
  }

  /** Takes what that pass measured; gates of the weight pass that follows. */
  step({ gateGradients, losses }: ArchitecturePassResult): number[] {
    const { state, weightGates } = this.#strategy.step(
      this.#state,
      { gateGradients: Float64Array.from(gateGradients), losses },
      this.#context,
    );
    this.#state = state;
    return [...weightGates];
  }
}
