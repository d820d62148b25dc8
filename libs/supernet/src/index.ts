export { buildNetworks } from './build-networks.js';
export { buildSupernet } from './build-supernet.js';
export { networkCost, type NetworkCost } from './cost.js';
export { extractDiscrete, type DiscreteNetwork } from './extract.js';
export type { FusionInit, FusionSettings } from './fusion.js';
export { ignoredWeights, presetOfWeights } from './import/formats.js';
export { importBatch, type ImportedBatch } from './import/import-batch.js';
export { importWeights, type ImportedWeights, type ImportOptions } from './import/import-weights.js';
export {
  initialWeights,
  type InitialWeights,
  type TakenWeights,
  type WeightsFile,
} from './import/initial-weights.js';
export { averagesGradients } from './micro-batches/accumulates.js';
export {
  passPrograms,
  type Pass,
  type PassProgram,
  type TrainingPlan,
} from './micro-batches/pass-programs.js';
export {
  TrainingPasses,
  type ArchitecturePassResult,
  type PassResult,
  type Shard,
  type TrainingPassesOptions,
} from './micro-batches/training-passes.js';
export { trainingState } from './micro-batches/training-state.js';
export { learningRateAt, type ScheduleOptions } from './optimizer/schedule.js';
export { accumulators } from './optimizer/accumulators.js';
export { initialSlots, momentumSlots, type SgdOptions } from './optimizer/sgd.js';
export { architectureStep } from './programs/architecture-step.js';
export { batchSpecs, labelName, lossName, readLosses } from './programs/batch.js';
export type { DropoutOptions } from './programs/dropout.js';
export { inference, outputName } from './programs/inference.js';
export { prediction } from './programs/prediction.js';
export { measureBatch, type MeasureOptions } from './programs/measure-batch.js';
export { weightStep } from './programs/weight-step.js';
export { recomputedSegments } from './recompute.js';
export { Supernet, type ForwardResult, type SupernetOptions, type TaskNetwork } from './supernet.js';
