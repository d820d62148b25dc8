import { NATS, SECOND_TRAINER } from '../cluster.js';
import type { ClusterShape } from '../cluster-shape.js';

const BETWEEN = ' - ';

/** Who talks to whom in a search: a client and a server. */
export const LINKS: readonly string[] = [
  ['search', 'supernet-trainer'],
  ['search', 'data-loader'],
  ['search', 'evaluator'],
  ['search', NATS],
  ['supernet-trainer', 'architect'],
  ['supernet-trainer', 'data-loader'],
  ['supernet-trainer', SECOND_TRAINER],
  ['evaluator', 'data-loader'],
].map((ends) => ends.join(BETWEEN));

/** Both ends of one of {@link LINKS}. */
export function endsOf(link: string): readonly [string, string] {
  const [one, other] = link.split(BETWEEN);
  return [one!, other!];
}

export function needsOfLink(link: string): Partial<ClusterShape> {
  const ends = endsOf(link);
  return {
    ...(ends.includes(NATS) && { nats: true }),
    ...(ends.includes(SECOND_TRAINER) && { trainers: 2 }),
  };
}
