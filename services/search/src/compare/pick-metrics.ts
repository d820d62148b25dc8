import { TaskweaveError } from '@taskweave/common';
import { didYouMean, listNames } from '@taskweave/spec';
import type { FinishedRun } from './finished-run.js';
import { metricsOf, scoreBy, type Metric } from './systems.js';

/**
 * The metrics to compare by.
 *
 * @param names each the name of a metric, or `task/metric`; `all`; the main metric of every task unless given
 * @throws TaskweaveError `CONFIG_INVALID` for a name that no run has a score of
 */
export function pickMetrics(runs: readonly FinishedRun[], names: readonly string[] | undefined): Metric[] {
  const known = metricsOf(runs).filter((metric) =>
    runs.some(({ result: { test } }) => scoreBy(test.discrete, metric) !== undefined),
  );
  if (names === undefined) {
    const main = known.filter(({ task, metric }) =>
      runs.some(({ result: { test } }) => test.discrete[task]?.metric === metric),
    );
    return main;
  }
  if (names.includes('all')) return known;
  const fits = (name: string, { task, metric }: Metric): boolean =>
    name === metric || name === `${task}/${metric}`;
  for (const name of names) if (!known.some((metric) => fits(name, metric))) throw unknownMetric(name, known);
  return known.filter((metric) => names.some((name) => fits(name, metric)));
}

function unknownMetric(name: string, known: readonly Metric[]): TaskweaveError {
  const names = [...new Set(known.flatMap(({ task, metric }) => [metric, `${task}/${metric}`]))];
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `None of the runs has a score by this metric${didYouMean(name, names) || '.'}`,
    subject: '--metric',
    found: name,
    expected: `${listNames(names)}, or 'all'`,
  });
}
