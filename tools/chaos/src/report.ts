import type { TrialResult } from './run-trial.js';

/** A line for a run, and one for each invariant that did not hold. */
export function describeResult(
  number: number,
  of: number,
  { injected, starts, seconds, broken }: TrialResult,
  undisturbed: number,
): string {
  const more = seconds - undisturbed;
  const lost = `${more < 0 ? '' : '+'}${more.toFixed(1)} s`;
  const done = injected.length === 0 ? 'nothing happened in time' : injected.join('; ');
  const verdict = broken.length === 0 ? 'ok    ' : 'BROKEN';
  const head = `${String(number).padStart(String(of).length)}/${of}  ${verdict}  ${starts} start(s)  ${lost.padStart(8)}  ${done}`;
  return [head, ...broken.map((line) => `        ${line}`)].join('\n');
}

/** What all runs come to. */
export function summary(results: readonly TrialResult[], undisturbed: number): string {
  const faults = results.reduce((sum, { injected }) => sum + injected.length, 0);
  const bad = results.filter(({ broken }) => broken.length > 0).length;
  const lost = results.map(({ seconds }) => seconds - undisturbed).sort((a, b) => a - b);
  const [median, most] = [lost[Math.floor(lost.length / 2)] ?? 0, lost.at(-1) ?? 0];
  return (
    `${faults} faults in ${results.length} runs: ${bad === 0 ? 'every invariant held' : `${bad} runs broken`}; ` +
    `time lost: median ${median.toFixed(1)} s, at most ${most.toFixed(1)} s`
  );
}
