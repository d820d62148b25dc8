export { IGNORED } from './ignored.js';
export { taskKinds } from './registry.js';
export type { MetricValue, StreamingMetric, TaskKind } from './task-kind.js';
