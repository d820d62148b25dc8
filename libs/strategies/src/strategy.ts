import type { Json } from '@taskweave/common';
import type { ArchCode, Edge, SearchSpace } from '@taskweave/search-space';
import type { ZodType } from 'zod';

/**
 * The seam between a search strategy and whoever runs it.
 *
 * A strategy is asked for gates and told what they led to. It is pure: no clock, no tensors, no I/O, and its whole
 * memory is a JSON state, so that one strategy runs in any service, and a run that is continued from a stored state
 * makes the same numbers as one that was never stopped. One training step is
 *
 *     proposal = propose(state)            gates of the architecture pass
 *     ... the supernet runs with them, on a batch of the architecture half ...
 *     outcome  = step(state, observation)  new state, gates of the weight pass
 *     ... the supernet takes its weight step with them, on a batch of the weights half ...
 *
 * Strategies that do not follow gradients fit the same two calls: a population strategy (evolution, NSGA-II) keeps
 * its population as codes in the state, proposes one candidate at a time as 0/1 gates with `needs: 'losses'`, takes
 * the losses as that candidate's fitness, and answers with the gates of a sampled candidate for the weight pass.
 */
export interface SearchStrategy<State extends Json, Options> {
  /** Unique id, as in `strategy.id` of a run's config. */
  readonly id: string;
  /** Schema of `strategy.options`: refuses unknown keys and fills in every default. */
  readonly options: ZodType<Options>;
  /** The state before the first step. */
  init(context: StrategyContext<Options>): State;
  /** Gates for the architecture pass of the step that the state is at. */
  propose(state: State, context: StrategyContext<Options>): Proposal;
  /**
   * The outcome of the architecture pass, and how to go on.
   *
   * @throws TaskweaveError `NOT_FINITE` naming the step and the edge or task whose number is not finite
   */
  step(state: State, observation: Observation, context: StrategyContext<Options>): StepOutcome<State>;
  /** Gates with which to score the search at this state. */
  evaluationGates(state: State, context: StrategyContext<Options>): EvaluationGates;
  /** The architectures found so far. */
  result(state: State, context: StrategyContext<Options>): SearchResult;
}

/** A strategy whose types of state and options are not known, as a service holds it. */
export type AnyStrategy = SearchStrategy<Json, unknown>;

/** What stays the same during a whole run. */
export interface StrategyContext<Options> {
  /** The run's seed, 0 <= seed < 2^32. */
  readonly seed: number;
  /** Length of the search; steps are numbered 0..steps-1. */
  readonly steps: number;
  readonly space: EdgeSpace;
  /** As parsed by the strategy's own schema. */
  readonly options: Options;
}

/** A search space whose genes are edges: gene i, edge i and gate i are the same thing. */
export type EdgeSpace = SearchSpace & { readonly edges: readonly Edge[] };

export interface Proposal {
  /** One gate per edge, in edge order, each in [0, 1]. */
  readonly gates: Float64Array;
  /**
   * What the strategy must be told: losses and their derivatives with respect to the gates, losses alone, or
   * nothing at all, in which case the architecture pass can be left out.
   */
  readonly needs: 'gradients' | 'losses' | 'nothing';
}

export interface Observation {
  /** d(total loss)/d(gate) per edge, in edge order; empty if the proposal did not need it. */
  readonly gateGradients: Float64Array;
  /** Loss per task id on the architecture batch; empty if the proposal did not need it. */
  readonly losses: Readonly<Record<string, number>>;
}

export interface StepOutcome<State extends Json> {
  readonly state: State;
  /** Gates of this step's weight pass: one per edge, in edge order, each in [0, 1]. */
  readonly weightGates: Float64Array;
  readonly metrics: StrategyMetrics;
  /** Whether this was the last step. */
  readonly done: boolean;
}

export interface StrategyMetrics {
  /** Mean gate entropy over all edges after the step, in nats: 0 (decided) .. ln 2 (undecided). */
  readonly entropy: number;
  /** Number of edges with a probability above one half after the step. */
  readonly edgesAbove: number;
  /** Temperature of concrete gates at this step. */
  readonly temperature: number;
  /** Weight of the entropy term at this step. */
  readonly entropyWeight: number;
  /** What the regularisers added to the loss of the architecture pass. */
  readonly regularization: number;
  /** Of each edge. */
  readonly probabilities: number[];
}

export interface EvaluationGates {
  /** Gates of the relaxed supernet. */
  readonly soft: Float64Array;
  /** Gates of the architecture that the search would hand back. */
  readonly discrete: Float64Array;
}

export interface SearchResult {
  /** The best architectures, best first; at least one. */
  readonly best: readonly ArchCode[];
  /** Probability of every edge, in edge order. */
  readonly probabilities: Float64Array;
}
