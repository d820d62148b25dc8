/**
 * Place of a class among all by score, 0 the highest; of equal scores the lower class number comes first.
 *
 * @param scores of the classes of one example
 */
export function rankOf(scores: ArrayLike<number>, wanted: number): number {
  let better = 0;
  for (let c = 0; c < scores.length; c++) {
    if (scores[c]! > scores[wanted]! || (scores[c] === scores[wanted] && c < wanted)) better++;
  }
  return better;
}

/** The class that {@link rankOf} puts first. */
export function bestClass(scores: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < scores.length; c++) if (scores[c]! > scores[best]!) best = c;
  return best;
}

/** Probabilities of the classes, in double precision. */
export function softmax(logits: ArrayLike<number>): number[] {
  const highest = logits[bestClass(logits)]!;
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
