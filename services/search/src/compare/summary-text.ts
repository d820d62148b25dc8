import { formatCount } from '../cli/format.js';
import { unitOfMetric } from '@taskweave/tasks';
import type { Comparison, GroupScore } from './comparison.js';
import type { Summary } from './statistics.js';

/** Writes the numbers of one column alike. */
export interface NumberFormat {
  /** `left accuracy, %` or `normals mean angle, °`. */
  readonly title: string;
  /** `98.11 ± 0.09`; without the spread for one run. */
  summary(summary: Summary | undefined): string;
  /** The same with a sign, for differences. */
  difference(summary: Summary | undefined): string;
  /** What a number is multiplied by to be in the unit of the title. */
  readonly factor: number;
}

/** Where there is nothing to tell. */
export const NOTHING = '-';

function formatWith(title: string, factor: number, decimals: number): NumberFormat {
  const number = (value: number): string => (factor * value).toFixed(decimals);
  const spread = ({ deviation }: Summary): string =>
    deviation === undefined ? '' : ` ± ${number(deviation)}`;
  const sign = (text: string): string =>
    Number(text) === 0 ? text.replace('-', '') : text.startsWith('-') ? text : `+${text}`;
  return {
    title,
    factor,
    summary: (summary) => (summary === undefined ? NOTHING : number(summary.mean) + spread(summary)),
    difference: (summary) => (summary === undefined ? NOTHING : sign(number(summary.mean)) + spread(summary)),
  };
}

/** How the metric at `index` is written: percent and degrees with two decimals, others with four digits. */
export function formatOfMetric({ metrics, groups }: Comparison, index: number): NumberFormat {
  const { task, metric } = metrics[index]!;
  const name = `${task} ${metric}`;
  const unit = unitOfMetric(metric);
  if (unit === 'share') return formatWith(`${name}, %`, 100, 2);
  if (unit === 'degrees') return formatWith(`${name}, °`, 1, 2);
  const means = groups
    .map(({ scores }) => Math.abs(scores[index]!.discrete?.mean ?? 0))
    .filter(Number.isFinite);
  const magnitude = Math.floor(Math.log10(Math.max(...means, 1e-3)));
  return formatWith(unit === 'metres' ? `${name}, m` : name, 1, Math.max(0, Math.min(6, 3 - magnitude)));
}

/** `115 k`, or `6.39 ± 0.08 M` where it varies by as much as can be seen at three digits. */
export function countText({ mean, deviation = 0 }: Summary): string {
  const count = Math.round(mean);
  const [shown, unit = ''] = formatCount(count).split(' ');
  const decimals = shown!.split('.')[1]?.length ?? 0;
  const divisor = UNITS[unit] ?? 1;
  const spread = (deviation / divisor).toFixed(decimals);
  return Number(spread) === 0 ? formatCount(count) : `${shown} ± ${spread} ${unit}`.trimEnd();
}

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };

/** `5.3 ± 0.6 of 8`; `6` without a search. */
export function edgesText(kept: Summary, candidates: number): string {
  if (kept.mean === 0 && candidates === 0) return NOTHING;
  const mean = Number.isInteger(kept.mean) ? String(kept.mean) : kept.mean.toFixed(1);
  const spread =
    kept.deviation === undefined || kept.deviation === 0 ? '' : ` ± ${kept.deviation.toFixed(1)}`;
  return `${mean}${spread}${candidates === 0 ? '' : ` of ${candidates}`}`;
}

/** Whether any group has soft networks to compare discrete ones with. */
export function hasSoft(scores: readonly GroupScore[]): boolean {
  return scores.some(({ soft }) => soft !== undefined);
}
