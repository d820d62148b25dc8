import type { GatesAnswer } from '../../api/types.js';

const ONE = 65_535;

/** Probabilities of the edges over time. */
export interface Gates {
  readonly epoch: string;
  readonly edges: number;
  /** Step of every line, ascending. */
  readonly steps: readonly number[];
  /** A line after the other, in 1/65535. */
  readonly values: Uint16Array;
}

export const NO_GATES: Gates = { epoch: '', edges: 0, steps: [], values: new Uint16Array() };

function decode(data: string): Uint16Array {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! + 256 * bytes[2 * i + 1]!);
}

/** The gates known so far with those of an answer, which begins where they end or replaces them. */
export function withGates(known: Gates, { epoch, first, edges, steps, data }: GatesAnswer): Gates {
  const more = decode(data);
  const before = epoch === known.epoch ? Math.min(first, known.steps.length) : 0;
  const values = new Uint16Array(before * edges + more.length);
  values.set(known.values.subarray(0, before * edges));
  values.set(more, before * edges);
  return { epoch, edges, steps: [...known.steps.slice(0, before), ...steps], values };
}

/** Probability of an edge in a line, 0..1. */
export function probability({ values, edges }: Gates, line: number, edge: number): number {
  return (values[line * edges + edge] ?? 0) / ONE;
}

/** Index of the last line at or before a step; 0 before the first, -1 without any. */
export function lineAt({ steps }: Gates, step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return steps.length === 0 ? -1 : Math.max(0, low - 1);
}
