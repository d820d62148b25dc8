import { FinishReason, type TaskLoss, type TrainRequest, type TrainResponse } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { startWorker, type WorkerClient } from '@taskweave/service-kit';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import { extractContext, injectContext, withContext, withSpan } from '@taskweave/telemetry';
import { joinArchitect, type ArchitectLink } from './architect-link.js';
import { openBatchFeed, type BatchFeed } from './batch-feed.js';
import type { TrainerMethods } from './engine-worker.js';
import { StepRate } from './step-rate.js';
import { loadTraining, storeTraining } from './stored-training.js';
import type { Losses } from './trainer-core.js';

type TrainEvent = NonNullable<TrainResponse['event']>;
type Worker = WorkerClient<TrainerMethods>;

/** A member's name within its run; one trainer so far. */
const MEMBER = 'trainer-0';

/** One run of `Train`, from its request to its last event. */
export class Training {
  readonly #request: TrainRequest;
  readonly #plan: RunPlan;
  readonly #signal: AbortSignal;
  #stopRequested = false;

  /** @throws TaskweaveError CONFIG_INVALID when the request's plan cannot be read, MESSAGE_INVALID for a search without architect */
  constructor(request: TrainRequest, signal: AbortSignal) {
    this.#request = request;
    this.#plan = parseRunPlan(request.planJson);
    if (this.#plan.method === 'search' && request.architectAddress === '') throw withoutArchitect();
    this.#signal = signal;
  }

  /** Ends the training after the running step, with a checkpoint. */
  requestStop(): void {
    this.#stopRequested = true;
  }

  /**
   * Trains, reporting as it goes.
   *
   * @throws TaskweaveError NOT_FINITE naming step and task when a loss is no number; whatever data loader,
   *   architect, engine or disk refuse
   */
  async *run(): AsyncGenerator<TrainEvent, void, void> {
    const { resumeFrom, planJson, dataAddress } = this.#request;
    const { spec } = this.#plan;
    const started = performance.now();
    const worker = startWorker<TrainerMethods>('@taskweave/supernet-trainer/engine-worker');
    let feed: BatchFeed | undefined;
    let architect: ArchitectLink | undefined;
    try {
      const stored = resumeFrom === '' ? undefined : await loadTraining(resumeFrom, this.#plan);
      const firstStep = stored?.step ?? 0;
      const opened = await worker.call('open', planJson, stored?.tensors);
      feed = openBatchFeed(dataAddress, this.#plan, firstStep, this.#signal);
      if (this.#request.architectAddress !== '' && firstStep < spec.steps) {
        architect = await this.#join(firstStep, stored?.architect);
      }
      yield {
        $case: 'started',
        value: {
          step: firstStep,
          steps: spec.steps,
          engine: opened.engine,
          device: spec.engine.device,
          parameters: opened.parameters,
          seconds: (performance.now() - started) / 1000,
        },
      };
      yield* this.#steps(worker, feed, architect, firstStep);
    } finally {
      feed?.close();
      await architect?.close();
      await worker.stop();
    }
  }

  #join(step: number, stored: Awaited<ReturnType<typeof loadTraining>>['architect']): Promise<ArchitectLink> {
    const { architectAddress: address, run, planJson } = this.#request;
    return joinArchitect({
      address,
      run,
      planJson,
      member: MEMBER,
      step,
      ...(stored !== undefined && { stored }),
      signal: this.#signal,
    });
  }

  async *#steps(
    worker: Worker,
    feed: BatchFeed,
    architect: ArchitectLink | undefined,
    firstStep: number,
  ): AsyncGenerator<TrainEvent, void, void> {
    const { steps } = this.#plan.spec;
    const rate = new StepRate();
    let gates = architect?.firstGates ?? [];
    for (let step = firstStep; step < steps; step++) {
      const { report, trace } = await withSpan('round', { 'taskweave.step': step }, async () => {
        const begin = performance.now();
        const update = architect && (await this.#architectureStep(worker, feed, architect, step, gates));
        if (update !== undefined) gates = update.nextGates;
        const batch = await feed.next('weights');
        const { losses, learningRate } = await worker.call(
          'weightStep',
          batch.tensors,
          update?.weightGates ?? [],
          step,
        );
        checkFinite(step, 'weight', losses);
        const seconds = (performance.now() - begin) / 1000;
        const report: TrainEvent = {
          $case: 'step',
          value: {
            step,
            losses: taskLosses(losses),
            architectureLosses: update === undefined ? [] : taskLosses(update.losses),
            metrics: update?.metrics,
            learningRate,
            seconds,
            stepsPerSecond: rate.add(seconds),
          },
        };
        return { report, trace: injectContext() };
      });
      // Reported before it is stored: no checkpoint is ever ahead of what the coordinator has seen.
      yield report;
      const stopping = this.#stopRequested;
      if (stopping || this.#isDue(step + 1)) {
        // The checkpoint belongs to the trace of the step that wrote it.
        const path = await withContext(extractContext(trace), () => this.#store(worker, architect, step + 1));
        if (path !== undefined) yield { $case: 'checkpoint', value: { step: step + 1, path } };
      }
      if (stopping && step + 1 < steps) {
        return yield { $case: 'finished', value: { reason: FinishReason.STOPPED, step: step + 1 } };
      }
    }
    yield { $case: 'finished', value: { reason: FinishReason.COMPLETED, step: steps } };
  }

  async #architectureStep(
    worker: Worker,
    feed: BatchFeed,
    architect: ArchitectLink,
    step: number,
    gates: readonly number[],
  ) {
    const batch = await feed.next('architecture');
    const measured = await worker.call('architectureStep', batch.tensors, gates, step);
    checkFinite(step, 'architecture', measured.losses);
    const update = await architect.update(step, { ...measured, examples: batch.examples });
    return {
      losses: measured.losses,
      weightGates: update.weightGates,
      nextGates: update.architectureGates,
      metrics: update.metrics,
    };
  }

  /** Whether a checkpoint is due after `done` steps: at the end, and an evaluation needs one too. */
  #isDue(done: number): boolean {
    const { checkpoint, evaluation, steps } = this.#plan.spec;
    return (
      done === steps ||
      done % checkpoint.every === 0 ||
      (evaluation.every > 0 && done % evaluation.every === 0)
    );
  }

  async #store(
    worker: Worker,
    architect: ArchitectLink | undefined,
    done: number,
  ): Promise<string | undefined> {
    const { checkpointFolder, run } = this.#request;
    if (checkpointFolder === '') return undefined;
    return withSpan('checkpoint', { 'taskweave.step': done }, async () => {
      const tensors = await worker.call('tensors');
      return storeTraining(checkpointFolder, run, this.#plan, done, tensors, await architect?.state());
    });
  }
}

function withoutArchitect(): TaskweaveError {
  return new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: 'A search cannot be trained without an architect.',
    subject: 'architect_address',
    found: 'nothing',
    expected: 'the address of the ArchitectService',
  });
}

function taskLosses(losses: Losses): TaskLoss[] {
  return Object.entries(losses).map(([task, loss]) => ({ task, loss }));
}

function checkFinite(step: number, pass: 'weight' | 'architecture', losses: Losses): void {
  for (const [task, loss] of Object.entries(losses)) {
    if (Number.isFinite(loss)) continue;
    throw new TaskweaveError({
      code: 'NOT_FINITE',
      message: `The loss of task ${task} is no finite number in the ${pass} pass of step ${step}.`,
      subject: `step ${step}, task ${task}`,
      found: String(loss),
      expected: 'a finite loss',
      action: 'Lower optimizer.learningRate, then resume from the last checkpoint or start again.',
    });
  }
}
