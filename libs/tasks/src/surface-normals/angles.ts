/** Width of a histogram cell in degrees; the median is exact to half of it. */
const CELL = 0.01;
const CELLS = 180 / CELL;
/** Degrees below which shares of pixels are reported. */
export const ANGLE_LIMITS = [11.25, 22.5, 30, 45] as const;

/** Statistics of angles in degrees, 0..180, in constant memory. */
export class AngleStatistics {
  readonly #histogram = new Float64Array(CELLS);
  readonly #within = ANGLE_LIMITS.map(() => 0);
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(degrees: number): void {
    this.#count++;
    this.#sum += degrees;
    this.#squares += degrees * degrees;
    this.#histogram[Math.min(Math.floor(degrees / CELL), CELLS - 1)]!++;
    ANGLE_LIMITS.forEach((limit, i) => {
      if (degrees <= limit) this.#within[i]!++;
    });
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  get rootMeanSquare(): number {
    return Math.sqrt(this.#squares / this.#count);
  }

  /** Middle angle, or the mean of the two middle ones; within 0.005 degrees. */
  get median(): number {
    return (this.#ranked(Math.floor((this.#count - 1) / 2)) + this.#ranked(Math.floor(this.#count / 2))) / 2;
  }

  /** Shares of angles of at most {@link ANGLE_LIMITS}, 0..1. */
  get within(): number[] {
    return this.#within.map((count) => count / this.#count);
  }

  /** The angle of a rank counted from 0, to half a cell; NaN when there is none. */
  #ranked(rank: number): number {
    let seen = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      seen += this.#histogram[cell]!;
      if (seen > rank) return (cell + 0.5) * CELL;
    }
    return NaN;
  }
}
