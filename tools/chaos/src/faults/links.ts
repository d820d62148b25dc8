import { NATS } from '../cluster.js';

const BETWEEN = ' - ';

/** Who talks to whom in a search: a client and a server. */
export const LINKS: readonly string[] = [
  ['search', 'supernet-trainer'],
  ['search', 'data-loader'],
  ['search', 'evaluator'],
  ['search', NATS],
  ['supernet-trainer', 'architect'],
  ['supernet-trainer', 'data-loader'],
  ['evaluator', 'data-loader'],
].map((ends) => ends.join(BETWEEN));

/** Both ends of one of {@link LINKS}. */
export function endsOf(link: string): readonly [string, string] {
  const [one, other] = link.split(BETWEEN);
  return [one!, other!];
}

export function leadsToNats(link: string): boolean {
  return endsOf(link).includes(NATS);
}
