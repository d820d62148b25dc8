import type { CompareAnswer } from '../api/types.js';
import { detailsOf } from './details.js';
import type { RunFiles } from './run-files.js';

/** The runs side by side, and in which fields their specs differ. */
export async function comparisonOf(runs: readonly RunFiles[]): Promise<CompareAnswer> {
  const specs = runs.map(({ record }) => new Map(fieldsOf(record.plan.spec)));
  const fields = [...new Set(specs.flatMap((spec) => [...spec.keys()]))];
  const differences = fields
    .map((field) => ({ field, values: specs.map((spec) => spec.get(field) ?? '') }))
    .filter(({ values }) => new Set(values).size > 1);
  return { runs: await Promise.all(runs.map(detailsOf)), differences };
}

/** The leaves of a spec: `optimizer.learningRate`, `tasks[0].id`, each as text. */
function fieldsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  const leaves = Array.isArray(value) && value.every((one) => typeof one !== 'object' || Array.isArray(one));
  if (leaves) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldsOf(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}
