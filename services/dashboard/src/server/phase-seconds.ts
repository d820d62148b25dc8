import type { TimelineLine } from '@taskweave/runs';

/** Seconds that each phase of some work took, all its parts together. */
export function phaseSeconds({ phases }: Pick<TimelineLine, 'phases'>): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { phase, seconds: more } of phases) seconds.set(phase, (seconds.get(phase) ?? 0) + more);
  return seconds;
}
