/** How often each class was taken for each other, added up over pixels. */
export class Confusion {
  readonly classes: number;
  /** Pixels by predicted class, then true class. */
  readonly #counts: Float64Array;

  constructor(classes: number) {
    this.classes = classes;
    this.#counts = new Float64Array(classes * classes);
  }

  /** @param count of pixels, default 1 */
  add(predicted: number, truth: number, count = 1): void {
    this.#counts[predicted * this.classes + truth]! += count;
  }

  /** Pixels of a true class that were taken for another, or for itself. */
  count(predicted: number, truth: number): number {
    return this.#counts[predicted * this.classes + truth]!;
  }

  /** Share of pixels with the right class, 0..1; NaN without pixels. */
  get accuracy(): number {
    return this.#hits.reduce((sum, hits) => sum + hits, 0) / this.#counts.reduce((sum, n) => sum + n, 0);
  }

  /**
   * Intersection over union of every class, 0..1.
   *
   * @returns NaN for a class that occurs neither among labels nor among predictions
   */
  get intersectionOverUnion(): number[] {
    return this.#hits.map((hits, c) => hits / (this.#predicted(c) + this.truths(c) - hits));
  }

  /** Pixels whose true class is this one. */
  truths(truth: number): number {
    let sum = 0;
    for (let p = 0; p < this.classes; p++) sum += this.#counts[p * this.classes + truth]!;
    return sum;
  }

  get #hits(): number[] {
    return Array.from({ length: this.classes }, (_, c) => this.#counts[c * this.classes + c]!);
  }

  #predicted(predicted: number): number {
    const row = predicted * this.classes;
    return this.#counts.subarray(row, row + this.classes).reduce((sum, n) => sum + n, 0);
  }
}
