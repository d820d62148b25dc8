import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { appendToFile, notWritable, writeFileAtomically } from './files.js';
import type { NetworkScores } from './scores.js';

/** What was measured in one step. Losses are means over the batch, before the tasks' loss weights. */
export interface StepLine {
  readonly kind: 'step';
  /** Counted from 0. */
  readonly step: number;
  /** By task, on the weights batch. */
  readonly losses: Readonly<Record<string, number>>;
  /** By task, on the architecture batch; empty without a search. */
  readonly architectureLosses: Readonly<Record<string, number>>;
  /** Mean binary entropy of the edge probabilities, in nats. */
  readonly entropy?: number;
  /** Edges that a discrete network would keep. */
  readonly edgesAbove?: number;
  readonly temperature?: number;
  readonly entropyWeight?: number;
  readonly regularization?: number;
  readonly learningRate: number;
  /** Wall time of the step. */
  readonly seconds: number;
  /** Smoothed over recent steps. */
  readonly stepsPerSecond: number;
  /** Trainers that were lost before the step was done, of those that set out at the checkpoint before. */
  readonly lost?: readonly string[];
}

/** Scores on the validation split. */
export interface EvaluationLine {
  readonly kind: 'evaluation';
  /** Steps done. */
  readonly step: number;
  readonly scores: Partial<NetworkScores>;
}

export type HistoryLine = StepLine | EvaluationLine;

const LINES_PER_BLOCK = 500;

/** The line of a text, or undefined for half of one, which a killed process leaves. */
export function parseHistory(text: string): HistoryLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<HistoryLine> | null;
    const known = line?.kind === 'step' || line?.kind === 'evaluation';
    return known && Number.isInteger(line.step) ? (line as HistoryLine) : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a history, those that cannot be read left out; none when there is no such file. */
export function readHistory(path: string): HistoryLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map(parseHistory)
    .filter((line) => line !== undefined);
}

/** How many steps from 0 on a history tells of without a gap. */
export function stepsCovered(lines: readonly HistoryLine[]): number {
  const steps = new Set(lines.filter(({ kind }) => kind === 'step').map(({ step }) => step));
  let covered = 0;
  while (steps.has(covered)) covered++;
  return covered;
}

/** An evaluation after n steps stands between step n - 1 and step n. */
function position({ kind, step }: HistoryLine): number {
  return kind === 'step' ? 2 * step + 1 : 2 * step;
}

/** The text of some lines, in pieces: that of a long history is not made in one go. */
function* blocksOf(lines: readonly HistoryLine[]): Generator<string> {
  for (let first = 0; first < lines.length; first += LINES_PER_BLOCK) {
    const block = lines.slice(first, first + LINES_PER_BLOCK);
    yield block.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}

/** What there is of a history, each line once, in the order of their steps. */
function inOrder(lines: readonly HistoryLine[]): HistoryLine[] {
  const unique = new Map<number, HistoryLine>();
  for (const line of lines) if (!unique.has(position(line))) unique.set(position(line), line);
  return [...unique.values()].sort((a, b) => position(a) - position(b));
}

/**
 * The history of one training, a file with one JSON object per line. While the training runs, evaluations stand where
 * they were finished; at its end all lines are put in the order of their steps. Steps are in the file only: a long training
 * has more of them than should be in memory.
 */
export class History {
  readonly #path: string;
  readonly #evaluations = new Map<number, EvaluationLine>();
  #steps = 0;
  #seconds = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens a history at `step` steps done: what came later is dropped, as it will be done again.
   *
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
   */
  static async open(path: string, step: number): Promise<History> {
    const isDone = (line: HistoryLine): boolean =>
      line.kind === 'step' ? line.step < step : line.step <= step && line.step > 0;
    const lines = inOrder(readHistory(path).filter(isDone));
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (cause) {
      throw notWritable(path, cause);
    }
    const history = new History(path);
    for (const line of lines) history.#count(line);
    await writeFileAtomically(path, blocksOf(lines));
    return history;
  }

  /** How many steps there are. */
  get steps(): number {
    return this.#steps;
  }

  /** Wall time of all steps. */
  get seconds(): number {
    return this.#seconds;
  }

  /** All lines, read from the file. */
  lines(): HistoryLine[] {
    return readHistory(this.#path);
  }

  evaluation(step: number): EvaluationLine | undefined {
    return this.#evaluations.get(step);
  }

  /**
   * Adds a line. It counts at once; the promise tells when it is in the file.
   *
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
   */
  async append(line: HistoryLine): Promise<void> {
    this.#count(line);
    await appendToFile(this.#path, `${JSON.stringify(line)}\n`);
  }

  /**
   * Puts the lines in order.
   *
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
   */
  async finish(): Promise<void> {
    // After everything that is still being added.
    await appendToFile(this.#path, '');
    await writeFileAtomically(this.#path, blocksOf(inOrder(readHistory(this.#path))));
  }

  #count(line: HistoryLine): void {
    if (line.kind === 'evaluation') {
      if (!this.#evaluations.has(line.step)) this.#evaluations.set(line.step, line);
      return;
    }
    this.#steps++;
    this.#seconds += line.seconds;
  }
}
