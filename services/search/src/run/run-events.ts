import type { EvaluationLine, Phase, StepLine } from '@taskweave/runs';
import type { BaselineMethod } from '@taskweave/spec';

/** What is being done within a phase, for people. */
export type Activity =
  'preparing' | 'searching' | `training ${BaselineMethod}` | 'evaluating' | 'writing' | '';

/** Something that happened in a run. `step` is the number of steps done, or of the step concerned. */
export type RunEvent = { readonly step: number } & (
  | { readonly kind: 'phase'; readonly phase: Phase; readonly activity: Activity }
  | { readonly kind: 'step'; readonly line: StepLine }
  | { readonly kind: 'baseline.step'; readonly line: StepLine }
  | { readonly kind: 'checkpoint.ready'; readonly path: string }
  | { readonly kind: 'evaluation.done'; readonly line: EvaluationLine }
  | { readonly kind: 'warning'; readonly message: string }
);

/** An event and when it happened. */
export interface StampedEvent {
  /** Milliseconds since 1970-01-01 UTC; 0 when it happened before the run was resumed. */
  readonly time: number;
  readonly event: RunEvent;
}

/** Steps that are kept to be told again; the history file has every one. */
const MOST_STEPS = 10_000;

const isStep = ({ event }: StampedEvent): boolean => event.kind === 'step' || event.kind === 'baseline.step';

type Listener = (stamped: StampedEvent) => void;

/** The events of a run so far, and as they happen. */
export class RunEvents {
  #past: StampedEvent[] = [];
  #steps = 0;
  readonly #listeners = new Set<Listener>();
  #closed = false;

  emit(event: RunEvent, time = Date.now()): void {
    const stamped = { time, event };
    this.#past.push(stamped);
    if (isStep(stamped) && ++this.#steps > MOST_STEPS * 1.1) this.#forget();
    for (const listener of this.#listeners) listener(stamped);
  }

  /** Leaves out the oldest steps; many at a time, as each removal moves all that stay. */
  #forget(): void {
    let surplus = this.#steps - MOST_STEPS;
    this.#past = this.#past.filter((stamped) => !isStep(stamped) || surplus-- <= 0);
    this.#steps = MOST_STEPS;
  }

  /** @returns ends the subscription */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Nothing more will happen: ends every {@link watch}. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  readonly #sleepers = new Set<() => void>();

  #wake(): void {
    for (const sleeper of this.#sleepers) sleeper();
    this.#sleepers.clear();
  }

  /** The events so far, then those to come, until the run ends or `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<StampedEvent, void, void> {
    const queue = [...this.#past];
    const wake = (): void => this.#wake();
    const unlisten = this.listen((stamped) => {
      queue.push(stamped);
      wake();
    });
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (this.#closed) return;
        else await new Promise<void>((resolve) => this.#sleepers.add(resolve));
      }
    } finally {
      unlisten();
      signal.removeEventListener('abort', wake);
    }
  }
}
