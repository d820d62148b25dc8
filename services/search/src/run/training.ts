import { TaskweaveError } from '@taskweave/common';
import { listCheckpoints, pruneCheckpoints } from '@taskweave/checkpoints';
import { FinishReason, type StepReport, type TaskLoss } from '@taskweave/contracts';
import type { StateStore, WorkQueue } from '@taskweave/messaging';
import { callServerStream, callUnary } from '@taskweave/service-kit';
import type { RunPlan } from '@taskweave/spec';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { EvaluationQueue, type EvaluationWork } from './evaluation-queue.js';
import { History, type EvaluationLine, type StepLine } from './history.js';
import { findResumePoint, rewindTo, type ResumePoint } from './resume-point.js';
import { stopped, type RunControl } from './run-control.js';
import type { TrainingFolder } from './run-folder.js';
import type { ServiceGroup } from './services.js';
import { together, type TrainerStream } from './trainer-streams.js';

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
  /** How checkpoints are scored on the validation split; absent when there is nothing to score on the way. */
  readonly evaluations?: Evaluations;
  readonly onStep: (line: StepLine) => void;
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

/**
 * Does what is left of a training, from its latest checkpoint on: nothing if all its steps are done.
 *
 * @throws TaskweaveError `STOPPED` after a request to stop, with a checkpoint to continue from
 */
export async function train(
  job: TrainingJob,
  services: ServiceGroup,
  control: RunControl,
): Promise<FinishedTraining> {
  const point = await findResumePoint(job.folder);
  await rewindTo(point);
  warnOf(point, job);
  const history = await History.open(job.folder.history, point.step);
  return new TrainingInProgress(job, services, control, point, history).finish();
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
  readonly #evaluations: EvaluationQueue | undefined;
  #checkpoint: string | undefined;

  constructor(
    job: TrainingJob,
    services: ServiceGroup,
    control: RunControl,
    point: ResumePoint,
    history: History,
  ) {
    this.#job = job;
    this.#services = services;
    this.#control = control;
    this.#point = point;
    this.#checkpoint = point.checkpoint;
    this.#history = history;
    const { evaluations } = job;
    if (evaluations === undefined) return;
    const { queue, state, run, onScored } = evaluations;
    const work: EvaluationWork = {
      ...evaluations,
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

  /** Follows the trainer's stream to its end. */
  async #train(): Promise<void> {
    let ended = false;
    // The trainer knows the run only from the moment it has the request; until then the stop is repeated.
    const stop = async (): Promise<void> => {
      while (!ended) {
        const trainers = this.#services.addresses('supernet-trainer');
        // Any one of them has all others stop with it.
        const answers = trainers.map((address) =>
          callUnary(this.#services.connection('supernet-trainer', address), 'stop', { run: this.#job.run }),
        );
        const settled = await Promise.allSettled(answers);
        if (settled.some((answer) => answer.status === 'fulfilled' && answer.value.stopping)) return;
        const refused = settled.find((answer) => answer.status === 'rejected');
        if (refused !== undefined && settled.length === 1) throw refused.reason;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const onStop = (): void =>
      void stop().catch((thrown: unknown) => ended || this.#control.abort(TaskweaveError.from(thrown)));
    try {
      await this.#control.withStop(onStop, () => this.#follow());
    } finally {
      ended = true;
    }
  }

  async #follow(): Promise<void> {
    const { run } = this.#job;
    let reason: FinishReason = FinishReason.UNSPECIFIED;
    const onLost = (name: string, { message }: TaskweaveError): void =>
      this.#job.onWarning(`${name} is lost: ${message} The other trainers go on without it.`);
    for await (const event of together(this.#setOut(), onLost)) {
      if (event.$case === 'started') await this.#job.onStarted?.(this.#history, this.#point.checkpoints);
      else if (event.$case === 'step') await this.#step(event.value);
      else if (event.$case === 'checkpoint') await this.#checkpointReady(event.value.path, event.value.step);
      else reason = event.value.reason;
    }
    if (reason === FinishReason.COMPLETED) return;
    if (reason === FinishReason.STOPPED) throw stopped();
    throw new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The trainer ended the training without saying why.',
      subject: run,
      action: 'Resume the run.',
    });
  }

  /** The calls of all trainers. */
  #setOut(): TrainerStream[] {
    const { run, plan, folder } = this.#job;
    const addresses = this.#services.addresses('supernet-trainer');
    const members = addresses.map((address, index) => ({ name: `trainer-${index}`, address }));
    const session = randomUUID();
    return members.map(({ name, address }) => {
      const ended = new AbortController();
      const request = {
        run,
        planJson: JSON.stringify(plan),
        dataAddress: this.#services.address('data-loader'),
        architectAddress: plan.method === 'search' ? this.#services.address('architect') : '',
        checkpointFolder: folder.checkpoints,
        resumeFrom: this.#point.checkpoint ?? '',
        group: plan.spec.trainers.count === 1 ? undefined : { session, self: name, members },
      };
      const messages = callServerStream(
        this.#services.connection('supernet-trainer', address),
        'train',
        request,
        { signal: AbortSignal.any([this.#control.signal, ended.signal]) },
      );
      return { name, messages, cancel: () => ended.abort() };
    });
  }

  async #step(report: StepReport): Promise<void> {
    const line = toStepLine(report);
    await this.#history.append(line);
    this.#job.onStep(line);
  }

  async #checkpointReady(folder: string, step: number): Promise<void> {
    this.#checkpoint = folder;
    this.#job.onCheckpoint?.(folder, step);
    await this.#enqueue(folder, step);
    await this.#prune();
  }

  /** Has a checkpoint evaluated if it is its turn and has not been before. Waits while evaluators are far behind. */
  async #enqueue(folder: string, step: number): Promise<void> {
    const { steps, evaluation } = this.#job.plan.spec;
    const due = step === steps || (step > 0 && evaluation.every > 0 && step % evaluation.every === 0);
    if (due && this.#history.evaluation(step) === undefined) await this.#evaluations?.push(folder, step);
  }

  /**
   * Removes checkpoints that are neither among the newest nor waiting to be evaluated. Not `pruneCheckpoints`, which
   * would also remove the one that the trainer may be writing.
   */
  async #prune(): Promise<void> {
    const all = await listCheckpoints(this.#job.folder.checkpoints);
    for (const folder of all.slice(this.#job.plan.spec.checkpoint.keep)) {
      if (this.#evaluations?.pending.has(folder) !== true) await rm(folder, { recursive: true, force: true });
    }
  }
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
