import type { ComparisonDrawing, ComparisonPanel } from '@taskweave/diagram';
import type { Comparison } from './comparison.js';
import { formatOfMetric } from './summary-text.js';
import { legendOf } from './tables.js';

function panelOf(comparison: Comparison, index: number): ComparisonPanel {
  const { groups, metrics, baseline } = comparison;
  const { title, summary, number } = formatOfMetric(comparison, index);
  const reference = groups.find(({ label }) => label === baseline)!.scores[index]!.discrete?.mean;
  return {
    title,
    higherIsBetter: metrics[index]!.higherIsBetter,
    format: number,
    ...(groups.length > 1 && reference !== undefined && { reference: { value: reference, label: baseline } }),
    rows: groups.map(({ label, scores }) => {
      const { discrete, soft, values, best } = scores[index]!;
      return {
        label,
        text: summary(discrete),
        best,
        values: values.map(({ value }) => value),
        ...(discrete && { mean: discrete.mean }),
        ...(discrete?.deviation !== undefined && { deviation: discrete.deviation }),
        ...(soft && { soft: soft.mean }),
      };
    }),
  };
}

/** A comparison as it is drawn: a panel for each metric. */
export function drawingOfComparison(comparison: Comparison, title: string): ComparisonDrawing {
  const [notes] = legendOf(comparison, '');
  return {
    title,
    notes: [notes!],
    panels: comparison.metrics.map((_, index) => panelOf(comparison, index)),
  };
}
