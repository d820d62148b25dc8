export { softmax } from './classification/ranking.js';
export { comparisonSheet, legible, type ComparedTask } from './pictures/comparison.js';
export { drawInput } from './pictures/input.js';
export { topClasses } from './pictures/top-classes.js';
export { IGNORED } from './ignored.js';
export { unitOfMetric } from './metric-unit.js';
export { taskKinds } from './registry.js';
export type { MetricUnit, MetricValue, StreamingMetric, TaskKind } from './task-kind.js';
