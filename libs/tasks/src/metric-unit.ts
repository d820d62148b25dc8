import { taskKinds } from './registry.js';
import type { MetricUnit } from './task-kind.js';

const UNITS: ReadonlyMap<string, MetricUnit> = new Map(
  Object.values(taskKinds).flatMap((kind) => {
    const metric = kind.metric({ id: '', kind: kind.id, outputs: 1 });
    return [metric.result(), ...metric.details()].map(({ name, unit }) => [name, unit] as const);
  }),
);

/** The unit of a metric by its name, as scores are stored; `none` for whatever is no metric of a task kind. */
export function unitOfMetric(name: string): MetricUnit {
  return UNITS.get(name) ?? 'none';
}
