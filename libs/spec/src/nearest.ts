import { closest, distance } from 'fastest-levenshtein';

/** Longer than any key or id of ours; not worth comparing. */
const LONGEST_NAME = 64;

/** The candidate that `name` is most likely a slip of, or `undefined` when none is close. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || name.length > LONGEST_NAME) return undefined;
  const lower = name.toLowerCase();
  const best = closest(
    lower,
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const candidate = candidates.find((one) => one.toLowerCase() === best)!;
  const allowed = Math.max(2, Math.ceil(candidate.length / 3));
  return distance(lower, best) <= allowed ? candidate : undefined;
}

/** `; did you mean 'x'?` when a candidate is close, else nothing. */
export function didYouMean(name: unknown, candidates: readonly string[]): string {
  const nearest = typeof name === 'string' ? nearestName(name, candidates) : undefined;
  return nearest === undefined || nearest === name ? '' : `; did you mean '${nearest}'?`;
}

/** Names as a sentence lists them: `'a', 'b' or 'c'`. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  return quoted.length <= 1 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
