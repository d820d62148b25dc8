import type { ComparisonDrawing, ComparisonPanel } from '@taskweave/diagram';
import type { Comparison } from './comparison.js';
import { formatOfMetric } from './summary-text.js';
import { legendOf } from './tables.js';

function panelOf(comparison: Comparison, index: number): ComparisonPanel {
  const { groups, metrics, baseline } = comparison;
  const { title, summary, factor } = formatOfMetric(comparison, index);
  const reference = groups.find(({ label }) => label === baseline)!.scores[index]!.discrete?.mean;
  const shown = <K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> =>
    (value === undefined ? {} : { [key]: factor * value }) as Partial<Record<K, number>>;
  return {
    title,
    higherIsBetter: metrics[index]!.higherIsBetter,
    ...(groups.length > 1 &&
      reference !== undefined && { reference: { value: factor * reference, label: baseline } }),
    rows: groups.map(({ label, scores }) => {
      const { discrete, soft, values, best } = scores[index]!;
      return {
        label,
        text: summary(discrete),
        best,
        values: values.map(({ value }) => factor * value),
        ...shown('mean', discrete?.mean),
        ...shown('deviation', discrete?.deviation),
        ...shown('soft', soft?.mean),
      };
    }),
  };
}

/** A comparison as it is drawn: a panel for each metric. */
export function drawingOfComparison(comparison: Comparison, title: string): ComparisonDrawing {
  return {
    title,
    notes: legendOf(comparison).slice(0, 2),
    panels: comparison.metrics.map((_, index) => panelOf(comparison, index)),
  };
}
