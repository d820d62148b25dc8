import type { StepLine } from '@taskweave/runs';
import { describeScores } from '../run/score-text.js';
import type { RunEvents, StampedEvent } from '../run/run-events.js';
import { progressLine } from './progress-line.js';

/** How often a line is printed where lines cannot be rewritten. */
const INTERVAL_MS = 5_000;
/** How often the line is rewritten where it can be. */
const REWRITE_MS = 100;

export interface ProgressOptions {
  /** Where to write; a terminal gets one line that is rewritten. */
  stream: NodeJS.WriteStream;
  /** Steps of the whole run. */
  steps: number;
  /** What to add behind the line of a step. */
  after?: (line: StepLine) => string;
  /** Shows steps and warnings only. */
  terse?: boolean;
}

/** Shows how a run goes on. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #steps: number;
  readonly #after: (line: StepLine) => string;
  readonly #terse: boolean;
  #shown = -Infinity;
  #onLine = false;

  constructor(events: RunEvents, { stream, steps, after = () => '', terse = false }: ProgressOptions) {
    this.#stream = stream;
    this.#steps = steps;
    this.#after = after;
    this.#terse = terse;
    events.listen((stamped) => this.#show(stamped));
  }

  /** Prints a line of its own, above the one that is rewritten. */
  print(text: string): void {
    this.#stream.write(`${this.#onLine ? '\r\x1b[2K' : ''}${text}\n`);
    this.#onLine = false;
  }

  #show({ time, event }: StampedEvent): void {
    // Steps from before the run was resumed are in the history, not news.
    if (time === 0) return;
    if (event.kind === 'warning') this.print(`warning: ${event.message}`);
    else if (event.kind === 'step' || event.kind === 'baseline.step') this.#step(event.line, time);
    else if (this.#terse) return;
    else if (event.kind === 'evaluation.done') {
      const { soft, discrete = {} } = event.line.scores;
      const scores = describeScores(discrete);
      const text = soft === undefined ? scores : `soft ${describeScores(soft)}; discrete ${scores}`;
      this.print(`validation after ${event.step} steps: ${text}`);
    } else if (event.kind === 'phase' && event.activity !== '') {
      this.print(event.activity);
      this.#shown = -Infinity;
    }
  }

  #step(line: StepLine, time: number): void {
    const last = line.step + 1 === this.#steps;
    const interval = this.#stream.isTTY ? REWRITE_MS : INTERVAL_MS;
    if (!last && time - this.#shown < interval) return;
    this.#shown = time;
    const after = this.#after(line);
    const width = this.#stream.isTTY ? this.#stream.columns - 1 - after.length - 2 : Infinity;
    const text = `${progressLine(line, this.#steps, width)}${after === '' ? '' : `  ${after}`}`;
    if (!this.#stream.isTTY || last) return this.print(text);
    this.#stream.write(`\r\x1b[2K${text}`);
    this.#onLine = true;
  }
}
