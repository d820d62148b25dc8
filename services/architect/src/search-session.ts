import { TaskweaveError, type Json } from '@taskweave/common';
import type { Observation, StrategyMetrics } from '@taskweave/strategies';
import type { SearchPlan } from './plan.js';
import { damaged, parseSavedSearch, type SavedSearch } from './saved-search.js';

/** What one update leads to. */
export interface Update {
  /** The step that was updated. */
  step: number;
  /** Gates for the weight pass of that step. */
  weightGates: number[];
  /** Gates for the architecture pass of the step after it. */
  architectureGates: number[];
  metrics: StrategyMetrics;
}

/** A search as it stands. */
export interface Snapshot {
  /** The step that comes next. */
  step: number;
  /** A {@link SavedSearch} as JSON. */
  stateJson: string;
  /** Architecture weights in edge order; empty for a strategy that has none. */
  alpha: number[];
  softGates: number[];
  discreteGates: number[];
  probabilities: number[];
  /** Indices of the edges that the best architecture keeps, ascending. */
  kept: number[];
}

/** The architecture of one run: its strategy's state and the step it is at. No I/O. */
export class SearchSession {
  readonly #plan: SearchPlan;
  #step = 0;
  #state: Json;

  /**
   * @param stateJson {@link Snapshot.stateJson} to continue from; a new search without
   * @throws TaskweaveError `CHECKPOINT_DAMAGED` for a state that does not fit the plan
   */
  constructor(plan: SearchPlan, stateJson?: string) {
    this.#plan = plan;
    if (stateJson === undefined) {
      this.#state = plan.strategy.init(plan.context);
      return;
    }
    const saved = parseSavedSearch(stateJson, plan.strategy.id);
    this.#step = saved.step;
    this.#state = saved.state;
    this.#checkRestored();
  }

  /** Number of candidate edges: the length of every vector of gates. */
  get edges(): number {
    return this.#plan.context.space.edges.length;
  }

  /** The step that comes next. */
  get step(): number {
    return this.#step;
  }

  /** Gates for the architecture pass of the step that comes next. */
  architectureGates(): number[] {
    const { strategy, context } = this.#plan;
    return [...strategy.propose(this.#state, context).gates];
  }

  /**
   * Makes one update. On an error the session stays as it was.
   *
   * @throws TaskweaveError `REQUEST_OUT_OF_ORDER` when the search is over, `NOT_FINITE`, or another by the strategy
   */
  update(observation: Observation): Update {
    const { strategy, context } = this.#plan;
    const step = this.#step;
    if (step >= context.steps) {
      throw new TaskweaveError({
        code: 'REQUEST_OUT_OF_ORDER',
        message: 'The search is over.',
        found: `a gradient for step ${step}`,
        expected: `steps 0 to ${context.steps - 1}`,
      });
    }
    const { state, weightGates, metrics } = strategy.step(this.#state, observation, context);
    this.#state = state;
    this.#step = step + 1;
    return { step, weightGates: [...weightGates], architectureGates: this.architectureGates(), metrics };
  }

  snapshot(): Snapshot {
    const { strategy, context } = this.#plan;
    const saved: SavedSearch = { strategy: strategy.id, step: this.#step, state: this.#state };
    const gates = strategy.evaluationGates(this.#state, context);
    const { best, probabilities } = strategy.result(this.#state, context);
    return {
      step: this.#step,
      stateJson: JSON.stringify(saved),
      alpha: alphaOf(this.#state),
      softGates: [...gates.soft],
      discreteGates: [...gates.discrete],
      probabilities: [...probabilities],
      kept: best[0]!.genes.flatMap((choice, edge) => (choice === 1 ? [edge] : [])),
    };
  }

  /** A state of another space or a mangled one gives gates of the wrong number or no numbers at all. */
  #checkRestored(): void {
    const { strategy } = this.#plan;
    let vectors: readonly number[][];
    try {
      const { alpha, softGates, probabilities } = this.snapshot();
      vectors = [this.architectureGates(), softGates, probabilities, ...(alpha.length > 0 ? [alpha] : [])];
    } catch (error) {
      throw damaged(TaskweaveError.from(error).message, strategy.id);
    }
    for (const vector of vectors) {
      if (vector.length !== this.edges)
        throw damaged(`${vector.length} edges, not ${this.edges}`, strategy.id);
      if (!vector.every(Number.isFinite)) throw damaged('a gate that is not a finite number', strategy.id);
    }
  }
}

/** The state is the strategy's own, but gradient strategies keep their logits under this name. */
function alphaOf(state: Json): number[] {
  const alpha =
    typeof state === 'object' && state !== null && !Array.isArray(state) ? state['alpha'] : undefined;
  return Array.isArray(alpha) ? (alpha as number[]) : [];
}
