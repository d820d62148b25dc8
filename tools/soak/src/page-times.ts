/** Milliseconds until answers of the page's server were complete. */
export class PageTimes {
  readonly #times: number[] = [];
  #failures = 0;

  /**
   * Asks for the curves of a run, as the page does, and takes the time.
   *
   * @param page its address as the search has printed it: `http://127.0.0.1:7420/#/run/NAME`
   */
  async ask(page: string): Promise<void> {
    const { origin, hash } = new URL(page);
    const run = decodeURIComponent(hash.replace('#/run/', ''));
    const start = performance.now();
    try {
      const answer = await fetch(`${origin}/api/series?run=${encodeURIComponent(run)}&points=600`);
      await answer.arrayBuffer();
      if (answer.ok) this.#times.push(performance.now() - start);
      else this.#failures++;
    } catch {
      this.#failures++;
    }
  }

  /** Answers so far, how many there were none of, and their times; NaN without any. */
  get summary(): { answers: number; failures: number; median: number; p99: number; last: number } {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
    const last = this.#times.at(-1) ?? NaN;
    return { answers: sorted.length, failures: this.#failures, median: at(0.5), p99: at(0.99), last };
  }
}
