/** A stretch of time in whole microseconds. */
export interface Stretch {
  readonly ts: number;
  readonly dur: number;
}

/** One row of a trace, in which slices stand beside or within each other, and never across each other's ends. */
export class TraceRow {
  /** When the slices end that the latest one stands within, the outermost first, and it itself. */
  #ends: number[] = [];
  /** Where the latest slice began, and those before it that are over have ended: nothing can begin earlier. */
  #reached = -Infinity;

  /**
   * Puts a slice into the row if it fits. Slices must come in the order in which they begin, outer ones first.
   *
   * @param rounding how far slices may seem to overlap because of the precision of clocks; what does is moved behind the other
   * @param within whether it may stand within another one
   * @returns where it stands, or undefined if it would overlap another one
   */
  place({ ts, dur }: Stretch, rounding: number, within: boolean): Stretch | undefined {
    const ends = this.#ends.filter((end) => end > ts + rounding);
    const outer = ends.at(-1);
    if (outer !== undefined && (!within || ts + dur > outer + rounding)) return undefined;
    const begin = Math.max(ts, this.#reached, ...this.#ends.slice(ends.length));
    const end = Math.min(begin + dur, outer ?? Infinity);
    if (end < begin) return undefined;
    this.#ends = [...ends, end];
    this.#reached = begin;
    return { ts: begin, dur: end - begin };
  }
}
