export { GATE_MODES, type GateMode } from './mtl-nas/gates.js';
export { mtlNasOptions, type MtlNasOptions } from './mtl-nas/options.js';
export { mtlNas, type MtlNasState } from './mtl-nas/strategy.js';
export { ramp, type Ramp } from './ramp.js';
export { findStrategy, strategies } from './registry.js';
export type {
  AnyStrategy,
  EdgeSpace,
  EvaluationGates,
  Observation,
  Proposal,
  SearchResult,
  SearchStrategy,
  StepOutcome,
  StrategyContext,
  StrategyMetrics,
} from './strategy.js';
