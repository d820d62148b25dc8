import { TaskweaveError } from '@taskweave/common';
import type { StepReport, TaskLoss, TrainResponse } from '@taskweave/contracts';

export type TrainEvent = NonNullable<TrainResponse['event']>;

/** A trainer's `Train` call. */
export interface TrainerStream {
  /** The trainer's name within its group. */
  readonly name: string;
  readonly messages: AsyncIterator<TrainResponse, unknown>;
  /** Ends the call. */
  cancel(): void;
}

/** Errors by which a trainer leaves the others alone; any other is the run's. */
const LOST: readonly string[] = ['SERVICE_UNAVAILABLE', 'MEMBER_LOST', 'STOPPED'];

/** A call, and the event of it that is yet to be told. */
class Trainer {
  readonly stream: TrainerStream;
  event: TrainEvent | undefined;
  ended = false;
  failure: TaskweaveError | undefined;
  #reading: Promise<void> | undefined;

  constructor(stream: TrainerStream) {
    this.stream = stream;
  }

  /** Resolves when there is an event, an end or a failure; undefined when there is one. */
  get reading(): Promise<void> | undefined {
    if (this.event !== undefined || this.ended) return undefined;
    this.#reading ??= this.stream.messages.next().then(
      ({ done, value }) => {
        this.#reading = undefined;
        if (done === true) this.ended = true;
        else this.event = (value as TrainResponse).event;
      },
      (thrown: unknown) => void (this.failure = TaskweaveError.from(thrown)),
    );
    return this.#reading;
  }
}

/**
 * What a group of trainers tells, as if they were one: each step once, with losses over the whole batch, when all have
 * done it. A trainer whose call breaks, or that the others have gone on without, is left out.
 *
 * @param onLost told of a trainer that is left out
 * @throws TaskweaveError whatever fails in any trainer and is not the loss of it; the loss of the last one
 */
export async function* together(
  streams: readonly TrainerStream[],
  onLost: (name: string, error: TaskweaveError) => void,
): AsyncGenerator<TrainEvent, void, void> {
  let left = streams.map((stream) => new Trainer(stream));
  let started = false;
  const lose = (trainer: Trainer, error: TaskweaveError): void => {
    if (left.length === 1 || !LOST.includes(error.code)) throw error;
    left = left.filter((other) => other !== trainer);
    trainer.stream.cancel();
    onLost(trainer.stream.name, error);
  };
  try {
    while (left.some(({ ended }) => !ended)) {
      await Promise.race(left.map(({ reading }) => reading).filter((reading) => reading !== undefined));
      for (const trainer of left) if (trainer.failure !== undefined) lose(trainer, trainer.failure);
      for (const trainer of left) {
        const { event } = trainer;
        // Only one of them writes a checkpoint. Whether all have started need not be waited for: their steps tell.
        if (event?.$case !== 'checkpoint' && event?.$case !== 'started') continue;
        trainer.event = undefined;
        if (event.$case === 'checkpoint' || !started) yield event;
        started ||= event.$case === 'started';
      }
      for (const trainer of abandoned(left)) lose(trainer, wentOn(trainer.stream.name));
      const events = left.map(({ event }) => event).filter((event) => event !== undefined);
      if (events.length === 0 || left.some(({ reading }) => reading !== undefined)) continue;
      yield combined(events);
      for (const trainer of left) trainer.event = undefined;
    }
  } finally {
    for (const { stream } of left) stream.cancel();
  }
}

/** Trainers that have not told of a step that others have done without them. */
function abandoned(left: readonly Trainer[]): Trainer[] {
  const lost = new Set(left.flatMap(({ event }) => (event?.$case === 'step' ? event.value.lost : [])));
  return left.filter(({ event, ended, stream }) => event === undefined && !ended && lost.has(stream.name));
}

function wentOn(name: string): TaskweaveError {
  return new TaskweaveError({
    code: 'MEMBER_LOST',
    message: 'The others went on without it.',
    subject: name,
  });
}

/** One event for those of all trainers, which are of one kind. */
function combined(events: readonly TrainEvent[]): TrainEvent {
  const first = events[0]!;
  const reports = events.flatMap((event) => (event.$case === 'step' ? [event.value] : []));
  if (first.$case !== 'step' || reports.length < events.length) return first;
  return {
    $case: 'step',
    value: {
      ...first.value,
      losses: meanLosses(reports, ({ losses }) => losses),
      architectureLosses: meanLosses(reports, ({ architectureLosses }) => architectureLosses),
      seconds: Math.max(...reports.map(({ seconds }) => seconds)),
      stepsPerSecond: Math.min(...reports.map(({ stepsPerSecond }) => stepsPerSecond)),
      examples: reports.reduce((sum, { examples }) => sum + examples, 0),
      timings: reports.flatMap(({ timings }) => timings),
    },
  };
}

/** Means weighted by examples. Of one report alone they are what it says, to the last bit. */
function meanLosses(reports: readonly StepReport[], pick: (report: StepReport) => TaskLoss[]): TaskLoss[] {
  const parts = reports.filter(({ examples }) => examples > 0);
  const total = parts.reduce((sum, { examples }) => sum + examples, 0);
  return pick(parts[0] ?? reports[0]!).map(({ task }) => ({
    task,
    loss: parts.reduce((sum, report) => {
      const loss = pick(report).find((one) => one.task === task)?.loss ?? 0;
      return sum + (report.examples / total) * loss;
    }, 0),
  }));
}
