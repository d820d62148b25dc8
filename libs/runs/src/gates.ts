import { existsSync, readFileSync } from 'node:fs';
import { appendToFile, writeFileAtomically } from './files.js';

/** How likely each edge was after a step; one line of gates.jsonl. */
export interface GatesLine {
  /** Counted from 0. */
  readonly step: number;
  /** In edge order (`libs/search-space`), rounded to four decimals. */
  readonly probabilities: readonly number[];
}

/** About as many lines a long search has: enough for a picture of any width. */
const MOST_LINES = 2000;

/** Whether the gates of a step are kept: those of every step of a short search, and of evenly spread ones of a long one. */
export function gatesAreKept(step: number, steps: number): boolean {
  return step % Math.ceil(steps / MOST_LINES) === 0 || step === steps - 1;
}

/** The line of a text, or undefined for half of one, which a killed process leaves. */
export function parseGates(text: string): GatesLine | undefined {
  try {
    const { step, probabilities } = JSON.parse(text) as Partial<GatesLine>;
    return Number.isInteger(step) && Array.isArray(probabilities) ? { step: step!, probabilities } : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a gates.jsonl, those that cannot be read left out; none when there is no such file. */
export function readGates(path: string): GatesLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map(parseGates)
    .filter((line) => line !== undefined);
}

const round = (probability: number): number => Math.round(probability * 1e4) / 1e4;

/** The gates of a search over time: a file with one JSON object per line, of which every step has one at most. */
export class GatesLog {
  readonly #path: string;
  readonly #steps: number;

  private constructor(path: string, steps: number) {
    this.#path = path;
    this.#steps = steps;
  }

  /**
   * Opens the gates of a search at `step` steps done: what came later is dropped, as it will be done again.
   *
   * @param steps of the whole search
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
   */
  static async open(path: string, step: number, steps: number): Promise<GatesLog> {
    const lines = readGates(path).filter((line) => line.step < step);
    if (existsSync(path)) await writeFileAtomically(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return new GatesLog(path, steps);
  }

  /**
   * Adds the gates after a step, if those of this step are kept.
   *
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
   */
  async append(step: number, probabilities: readonly number[]): Promise<void> {
    if (probabilities.length === 0 || !gatesAreKept(step, this.#steps)) return;
    const line: GatesLine = { step, probabilities: probabilities.map(round) };
    await appendToFile(this.#path, `${JSON.stringify(line)}\n`);
  }
}
