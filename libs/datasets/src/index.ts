export {
  batchIndices,
  batchesPerEpoch,
  type Batch,
  type BatchOrder,
  type Shard,
  type Split,
} from './batch-order.js';
export { UNIT_SCALE, toInput, type InputScale } from './input-scale.js';
export { checkDataSet, type CheckOptions } from './check/check-data-set.js';
export type { DataProblem, DataReport, LabelReport, PartReport, Range } from './check/report.js';
export { noSuchTask } from './check-read.js';
export type { DataSet, DataSetDefinition, Draw, Part } from './data-set.js';
export { DATA_SETS, findDataSet } from './registry.js';
