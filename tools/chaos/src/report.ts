import type { TrialResult } from './run-trial.js';

/** Where a run stands among all. */
export interface Place {
  /** In the schedule, from 1. */
  readonly number: number;
  readonly of: number;
  /** What the rest will take, in seconds. */
  readonly left: number;
}

/** A line for a run, and one for each invariant that did not hold. */
export function describeResult({ number, of, left }: Place, result: TrialResult): string {
  const { shape, faults, starts, lostSeconds, broken } = result;
  const columns = [
    `${String(number).padStart(String(of).length)}/${of}`,
    `${(left / 60).toFixed(0)} min left`.padStart(11),
    broken.length === 0 ? 'ok    ' : 'BROKEN',
    shape.padEnd(17),
    `${starts} start(s)`,
    signed(lostSeconds).padStart(8),
    faults.map(({ told }) => told).join('; '),
  ];
  return [columns.join('  '), ...broken.map((line) => `        ${line}`)].join('\n');
}

/** What all runs come to: a line for each kind of fault, and one for all. Counts what happened, not what was planned. */
export function summary(results: readonly TrialResult[]): string {
  const happened = results.map((result) => ({
    ...result,
    ids: result.faults.filter((fault) => fault.happened).map(({ id }) => id),
  }));
  const all = happened.flatMap(({ ids }) => ids);
  const kinds = [...new Set(all)].sort().map((kind) => {
    const hit = happened.filter(({ ids }) => ids.includes(kind));
    const count = all.filter((id) => id === kind).length;
    return `${kind.padEnd(10)} ${String(count).padStart(4)} faults  ${verdict(hit)}`;
  });
  const pairs = happened.filter(({ ids }) => ids.length > 1).length;
  const total = `${all.length} faults in ${results.length} runs, ${pairs} of them with two`;
  return [...kinds, `${total}: ${verdict(results)}`].join('\n');
}

function verdict(results: readonly TrialResult[]): string {
  const bad = results.filter(({ broken }) => broken.length > 0).length;
  const lost = results.map(({ lostSeconds }) => lostSeconds).sort((a, b) => a - b);
  const share = (part: number): string => signed(lost[Math.floor(part * (lost.length - 1))] ?? 0);
  return (
    `${bad === 0 ? 'every invariant held' : `${bad} runs broken`}; ` +
    `time lost: median ${share(0.5)}, 90 % ${share(0.9)}, at most ${share(1)}`
  );
}

function signed(seconds: number): string {
  return `${seconds < 0 ? '' : '+'}${seconds.toFixed(1)} s`;
}
