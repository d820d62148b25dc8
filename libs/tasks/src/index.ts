export { taskKinds } from './registry.js';
export type { MetricValue, StreamingMetric, TaskDeclaration, TaskKind, TaskKindId } from './task-kind.js';
