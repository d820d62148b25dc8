import { TaskweaveError } from '@taskweave/common';
import { listCheckpoints, pruneCheckpoints } from '@taskweave/checkpoints';
import {
  FinishReason,
  type CheckpointReady,
  type StepReport,
  type TaskLoss,
  type Timing,
} from '@taskweave/contracts';
import type { StateStore, WorkQueue } from '@taskweave/messaging';
import {
  appendTimeline,
  GatesLog,
  History,
  type EvaluationLine,
  type StepLine,
  type TimelineLine,
  type TrainingFolder,
} from '@taskweave/runs';
import { currentTraceparent, extractContext, metrics, rootSpan, withContext } from '@taskweave/telemetry';
import { checkpointIsDue, type RunPlan } from '@taskweave/spec';
import { basename } from 'node:path';
import { SharedBlobs, SharedDisk, type CheckpointExchange } from './checkpoint-exchange.js';
import { EvaluationQueue, type EvaluationWork } from './evaluation-queue.js';
import { findResumePoint, rewindTo, type ResumePoint } from './resume-point.js';
import { stopped, type RunControl } from './run-control.js';
import type { ServiceGroup } from './services.js';
import { together } from './trainer-streams.js';
import { Trainers } from './trainers.js';

/** How the checkpoints of a training are scored on its way. */
export interface Evaluations extends Omit<EvaluationWork, 'record' | 'onFailure'> {
  readonly queue: WorkQueue;
  readonly state: StateStore;
  /** The run's name in messages. */
  readonly run: string;
  readonly onScored: (line: EvaluationLine) => void;
}

/** A training to be done: the run's own, or that of a baseline beside it. */
export interface TrainingJob {
  /** Unique name among the trainings that the trainer knows. */
  readonly run: string;
  readonly plan: RunPlan;
  readonly folder: TrainingFolder;
  /** A place of its own in the blob store, for services that do not see the folder; absent when they do. */
  readonly blobs?: string;
  /** How checkpoints are scored on the validation split; absent when there is nothing to score on the way. */
  readonly evaluations?: Evaluations;
  /** Told with the probabilities of the edges too, in edge order; of none without a search. */
  readonly onStep: (line: StepLine, probabilities: readonly number[]) => void;
  readonly onCheckpoint?: (checkpoint: string, step: number) => void;
  readonly onWarning: (message: string) => void;
  /** Told with what was done so far when the next step begins, or at once when none is left. */
  readonly onStarted?: (history: History, checkpoints: ResumePoint['checkpoints']) => Promise<void>;
}

/** A training with all its steps done. */
export interface FinishedTraining {
  /** Folder of the last checkpoint. */
  readonly checkpoint: string;
  readonly history: History;
}

/** The trainers have to set out again from their last checkpoint. Told to nobody unless it happens again and again. */
class Regrouping extends TaskweaveError {
  constructor() {
    super({
      code: 'MEMBER_LOST',
      message: 'Trainers were lost again and again before they came to another checkpoint.',
      action: 'Give the trainers more time with trainers.deadline, or use fewer of them.',
    });
  }
}

/** What fails when a service crashes. */
const CRASHED: readonly string[] = ['SERVICE_UNAVAILABLE', 'MEMBER_LOST'];

/** How often the trainers may set out again without coming any further. */
const MOST_VAIN = 3;

/**
 * Does what is left of a training, from its latest checkpoint on: nothing if all its steps are done. When services crash
 * and are there again, it goes on from the latest checkpoint once more.
 *
 * @throws TaskweaveError `STOPPED` after a request to stop, with a checkpoint to continue from
 */
export async function train(
  job: TrainingJob,
  services: ServiceGroup,
  control: RunControl,
): Promise<FinishedTraining> {
  const { run, folder, blobs } = job;
  const exchange =
    blobs === undefined
      ? new SharedDisk(folder.checkpoints)
      : new SharedBlobs(folder.checkpoints, blobs, run);
  await exchange.open();
  try {
    return await trainOn(job, services, control, exchange);
  } finally {
    await exchange.close().catch((thrown: unknown) => {
      job.onWarning(`Copies of checkpoints are left behind: ${TaskweaveError.from(thrown).message}`);
    });
  }
}

async function trainOn(
  job: TrainingJob,
  services: ServiceGroup,
  control: RunControl,
  exchange: CheckpointExchange,
): Promise<FinishedTraining> {
  /** Checkpoints that were told of, by step; undefined before the first start. */
  let told: Set<number> | undefined;
  let furthest = -1;
  let vain = 0;
  for (;;) {
    const { restarts } = services;
    const point = await findResumePoint(job.folder);
    vain = point.step > furthest ? 0 : vain + 1;
    furthest = Math.max(furthest, point.step);
    await rewindTo(point);
    warnOf(point, job);
    const history = await History.open(job.folder.history, point.step);
    const gates = await GatesLog.open(job.folder.gates, point.step, job.plan.spec.steps);
    const attempt: TrainingJob = {
      ...job,
      async onStarted(begun, checkpoints) {
        // What was done before is told once, and later what a trainer that was lost could not tell of any more.
        const untold = checkpoints.filter(({ step }) => told?.has(step) === false);
        if (told === undefined) await job.onStarted?.(begun, checkpoints);
        for (const { folder, step } of untold) job.onCheckpoint?.(folder, step);
        told = new Set([...(told ?? []), ...checkpoints.map(({ step }) => step)]);
      },
      onCheckpoint(folder, step) {
        told?.add(step);
        job.onCheckpoint?.(folder, step);
      },
    };
    try {
      return await new TrainingInProgress(
        attempt,
        services,
        control,
        point,
        history,
        gates,
        exchange,
      ).finish();
    } catch (thrown) {
      if (control.failure !== undefined || vain >= MOST_VAIN) throw thrown;
      control.throwIfEnding();
      if (thrown instanceof Regrouping) continue;
      const { code, message } = TaskweaveError.from(thrown);
      if (!CRASHED.includes(code) || !(await services.restartedSince(restarts))) throw thrown;
      job.onWarning(`${message} What crashed was started again; going on from the latest checkpoint.`);
    }
  }
}

function warnOf({ damaged, step }: ResumePoint, { onWarning }: TrainingJob): void {
  for (const { error } of damaged)
    onWarning(`${error.message} It is passed over; going on from step ${step}.`);
}

class TrainingInProgress {
  readonly #job: TrainingJob;
  readonly #services: ServiceGroup;
  readonly #control: RunControl;
  readonly #point: ResumePoint;
  readonly #history: History;
  readonly #gates: GatesLog;
  readonly #exchange: CheckpointExchange;
  readonly #evaluations: EvaluationQueue | undefined;
  readonly #trainers: Trainers;
  #checkpoint: string | undefined;
  /** Steps done when the last checkpoint was written. */
  #stored = 0;
  #regrouping = false;
  #ended = false;

  constructor(
    job: TrainingJob,
    services: ServiceGroup,
    control: RunControl,
    point: ResumePoint,
    history: History,
    gates: GatesLog,
    exchange: CheckpointExchange,
  ) {
    this.#job = job;
    this.#services = services;
    this.#control = control;
    this.#point = point;
    this.#checkpoint = point.checkpoint;
    this.#history = history;
    this.#gates = gates;
    this.#exchange = exchange;
    this.#trainers = new Trainers(services, job.run);
    const { evaluations } = job;
    if (evaluations === undefined) return;
    const { queue, state, run, onScored } = evaluations;
    const work: EvaluationWork = {
      ...evaluations,
      evaluate: (folder, step, evaluator) =>
        this.#evaluate(step, evaluator, () => evaluations.evaluate(folder, step, evaluator)),
      record: async (step, scores) => {
        const line: EvaluationLine = { kind: 'evaluation', step, scores };
        onScored(line);
        await this.#history.append(line);
      },
      onFailure: (error) => control.abort(error),
    };
    this.#evaluations = new EvaluationQueue(queue, state, run, work, control.signal);
  }

  async finish(): Promise<FinishedTraining> {
    try {
      return await this.#finish();
    } finally {
      await this.#evaluations?.close();
    }
  }

  async #finish(): Promise<FinishedTraining> {
    const { plan, folder } = this.#job;
    // Only what an interrupted write left behind.
    await pruneCheckpoints(folder.checkpoints, Number.MAX_SAFE_INTEGER);
    for (const checkpoint of this.#point.checkpoints) await this.#enqueue(checkpoint.folder, checkpoint.step);
    if (this.#point.step < plan.spec.steps) await this.#train();
    else await this.#job.onStarted?.(this.#history, this.#point.checkpoints);
    await this.#evaluations?.idle();
    await this.#history.finish();
    await pruneCheckpoints(folder.checkpoints, plan.spec.checkpoint.keep);
    return { checkpoint: this.#checkpoint!, history: this.#history };
  }

  /** Follows the trainers to their end. */
  async #train(): Promise<void> {
    const onStop = (): void =>
      void this.#trainers.stop().catch((thrown: unknown) => this.#unstoppable(thrown));
    try {
      await this.#control.withStop(onStop, () => this.#follow());
    } finally {
      this.#ended = true;
      this.#trainers.end();
    }
  }

  async #follow(): Promise<void> {
    const { run, plan } = this.#job;
    const { checkpoint } = this.#point;
    const request = {
      planJson: JSON.stringify(plan),
      dataAddress: this.#services.address('data-loader'),
      architectAddress: plan.method === 'search' ? this.#services.address('architect') : '',
      checkpointFolder: this.#exchange.destination,
      resumeFrom: checkpoint === undefined ? '' : await this.#exchange.share(checkpoint),
    };
    const { steps, trainers } = plan.spec;
    const streams = this.#trainers.setOut(request, trainers.count === 1, this.#control.signal);
    const onLost = (name: string, { message }: TaskweaveError): void => {
      this.#trainers.lose(name);
      this.#job.onWarning(`${name} is lost: ${message} The others go on without it.`);
    };
    let reason: FinishReason = FinishReason.UNSPECIFIED;
    for await (const event of together(streams, onLost)) {
      if (event.$case === 'started') await this.#job.onStarted?.(this.#history, this.#point.checkpoints);
      else if (event.$case === 'step') await this.#step(event.value);
      else if (event.$case === 'checkpoint') await this.#checkpointReady(event.value);
      else reason = event.value.reason;
    }
    if (reason === FinishReason.COMPLETED && this.#stored === steps) return;
    if (reason === FinishReason.STOPPED && this.#control.stopRequested) throw stopped();
    // The one that writes checkpoints may be lost just before it has written the last one.
    if (reason !== FinishReason.UNSPECIFIED) throw new Regrouping();
    throw new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The trainer ended the training without saying why.',
      subject: run,
      action: 'Resume the run.',
    });
  }

  /** Has trainers that were lost and are back take part again: all set out anew from a checkpoint. */
  async #regroup(): Promise<void> {
    if (this.#regrouping || !(await this.#trainers.areBack())) return;
    this.#regrouping = true;
    this.#job.onWarning('A trainer that was lost is back; all go on together from the next checkpoint.');
    await this.#trainers.stop();
  }

  #unstoppable(thrown: unknown): void {
    if (!this.#ended) this.#control.abort(TaskweaveError.from(thrown));
  }

  async #step(report: StepReport): Promise<void> {
    const { step } = report;
    if (step > this.#point.step && step > this.#stored && checkpointIsDue(this.#job.plan.spec, step)) {
      // Who writes checkpoints was lost over this one, and the others have gone on meanwhile.
      this.#job.onWarning(`The checkpoint after ${step} steps is missing; going on from the one before.`);
      throw new Regrouping();
    }
    const line = toStepLine(report);
    const probabilities = report.metrics?.probabilities ?? [];
    await Promise.all([
      this.#history.append(line),
      this.#gates.append(step, probabilities),
      this.#note('step', step, report.timings),
    ]);
    this.#job.onStep(line, probabilities);
  }

  async #checkpointReady({ path, step, timing }: CheckpointReady): Promise<void> {
    if (timing !== undefined) await this.#note('checkpoint', step, [timing]);
    const folder = await this.#exchange.receive(path, step);
    this.#checkpoint = folder;
    this.#stored = step;
    if (step < this.#job.plan.spec.steps) {
      this.#regroup().catch((thrown: unknown) => this.#unstoppable(thrown));
    }
    this.#job.onCheckpoint?.(folder, step);
    // Whoever evaluates it gets to the round that wrote it.
    const { traceparent = '' } = timing ?? {};
    await withContext(extractContext({ traceparent }), () => this.#enqueue(folder, step));
    await this.#prune();
  }

  /** Evaluations begin traces of their own, which link to the steps that they are about. */
  #evaluate<T>(step: number, evaluator: string, score: () => Promise<T>): Promise<T> {
    const attributes = { 'taskweave.run': this.#job.run, 'taskweave.step': step };
    return rootSpan('evaluation-request', attributes, async () => {
      const began = Date.now();
      const start = performance.now();
      const scores = await score();
      const seconds = (performance.now() - start) / 1000;
      metrics.phaseDuration.record(seconds, {
        [metrics.RUN]: this.#job.run,
        [metrics.PHASE]: 'evaluation',
      });
      const phases = [{ phase: 'evaluation', start: 0, seconds }];
      const traceparent = currentTraceparent();
      await this.#note('evaluation', step, [{ trainer: evaluator, began, phases, traceparent }]);
      return scores;
    });
  }

  #note(kind: TimelineLine['kind'], step: number, timings: readonly Timing[]): Promise<void> {
    const lines = timings.map((timing) => toTimelineLine(kind, step, timing));
    return appendTimeline(this.#job.folder.timeline, lines);
  }

  /** Has a checkpoint evaluated if it is its turn and has not been before. Waits while evaluators are far behind. */
  async #enqueue(folder: string, step: number): Promise<void> {
    const { steps, evaluation } = this.#job.plan.spec;
    const due = step === steps || (step > 0 && evaluation.every > 0 && step % evaluation.every === 0);
    if (due && this.#history.evaluation(step) === undefined) await this.#evaluations?.push(folder, step);
  }

  /**
   * Removes checkpoints that are neither among the newest nor waiting to be evaluated. The trainer may be far ahead: what
   * it has not told of yet is neither counted nor removed, as a resumed run needs the newest that the history reaches. Not
   * `pruneCheckpoints`, which would also remove the one that the trainer may be writing.
   */
  async #prune(): Promise<void> {
    const all = await listCheckpoints(this.#job.folder.checkpoints);
    const newest = basename(this.#checkpoint!);
    const told = all.filter((folder) => basename(folder) <= newest);
    for (const folder of told.slice(this.#job.plan.spec.checkpoint.keep)) {
      if (this.#evaluations?.pending.has(folder) !== true) await this.#exchange.remove(folder);
    }
  }
}

/** A trainer's work as it stands in the timeline. */
function toTimelineLine(kind: TimelineLine['kind'], step: number, timing: Timing): TimelineLine {
  const { trainer, began, phases, traceparent } = timing;
  return { kind, step, by: trainer, began, phases, trace: traceparent.split('-')[1] ?? '' };
}

function byTask(losses: readonly TaskLoss[]): Record<string, number> {
  return Object.fromEntries(losses.map(({ task, loss }) => [task, loss]));
}

function toStepLine(report: StepReport): StepLine {
  const { step, learningRate, seconds, stepsPerSecond, metrics } = report;
  return {
    kind: 'step',
    step,
    losses: byTask(report.losses),
    architectureLosses: byTask(report.architectureLosses),
    ...(metrics && {
      entropy: metrics.entropy,
      edgesAbove: metrics.edgesAbove,
      temperature: metrics.temperature,
      entropyWeight: metrics.entropyWeight,
      regularization: metrics.regularization,
    }),
    learningRate,
    seconds,
    stepsPerSecond,
    ...(report.lost.length > 0 && { lost: report.lost }),
  };
}
