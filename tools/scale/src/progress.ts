/** Tells on the terminal what is being measured and how much longer it will take. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #total: number;
  #done = 0;

  /**
   * @param total seconds that everything is expected to take
   * @param write takes whole lines
   */
  constructor(total: number, write: (text: string) => void) {
    this.#total = total;
    this.#write = write;
  }

  /** Something begins that is expected to take so many seconds. */
  begin(what: string, seconds: number): void {
    this.#write(`${what} (about ${duration(this.#total - this.#done)} left)\n`);
    this.#done += seconds;
  }
}

/** `45 s`, `3 min`. */
export function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
