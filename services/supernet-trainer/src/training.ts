import type { Collective } from '@taskweave/collective';
import type { TrainRequest } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { startWorker } from '@taskweave/service-kit';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import { joinArchitect, type ArchitectLink } from './architect-link.js';
import { openBatchFeed, type BatchFeed } from './batch-feed.js';
import type { TrainerMethods } from './engine-worker.js';
import { GroupAverage } from './group-average.js';
import { loadTraining, storeTraining, type StoredTraining } from './stored-training.js';
import type { TrainingTensors } from './trainer-core.js';
import { TrainingGroup } from './training-group.js';
import { trainingSteps, type TrainEvent } from './training-steps.js';

/** One run of `Train`, from its request to its last event. */
export class Training {
  readonly #request: TrainRequest;
  readonly #plan: RunPlan;
  readonly #group: TrainingGroup;
  readonly #collective: Collective;
  readonly #signal: AbortSignal;
  #stopRequested = false;

  /**
   * @param collective what this trainer averages weights with
   * @throws TaskweaveError CONFIG_INVALID when the request's plan cannot be read, MESSAGE_INVALID for a search without
   *   architect or a group that cannot be
   */
  constructor(request: TrainRequest, collective: Collective, signal: AbortSignal) {
    this.#request = request;
    this.#plan = parseRunPlan(request.planJson);
    if (this.#plan.method === 'search' && request.architectAddress === '') throw withoutArchitect();
    this.#group = new TrainingGroup(request);
    this.#collective = collective;
    this.#signal = signal;
  }

  /** Ends the training with a checkpoint: after the running step, or in a group after the next average. */
  requestStop(): void {
    this.#stopRequested = true;
  }

  /**
   * Trains, reporting as it goes.
   *
   * @throws TaskweaveError NOT_FINITE naming step and task when a loss is no number; MEMBER_LOST when the other trainers
   *   went on without this one; whatever data loader, architect, engine or disk refuse
   */
  async *run(): AsyncGenerator<TrainEvent, void, void> {
    const { resumeFrom, planJson, dataAddress, architectAddress } = this.#request;
    const { spec } = this.#plan;
    const group = this.#group;
    const started = performance.now();
    const worker = startWorker<TrainerMethods>('@taskweave/supernet-trainer/engine-worker');
    const average = this.#average();
    let feed: BatchFeed | undefined;
    let architect: ArchitectLink | undefined;
    try {
      const stored = resumeFrom === '' ? undefined : await loadTraining(resumeFrom, this.#plan);
      const firstStep = stored?.step ?? 0;
      const opened = await worker.call('open', planJson, stored?.tensors, group.shard);
      feed = openBatchFeed(dataAddress, this.#plan, firstStep, this.#signal);
      if (architectAddress !== '' && firstStep < spec.steps) {
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
      yield* trainingSteps(firstStep, {
        run: this.#request.run,
        plan: this.#plan,
        worker,
        feed,
        architect,
        group,
        average,
        stopRequested: () => this.#stopRequested,
        store: async (done) => this.#store(done, await worker.call('tensors'), architect),
      });
    } finally {
      average.close();
      feed?.close();
      await architect?.close();
      await worker.stop();
    }
  }

  #average(): GroupAverage {
    return new GroupAverage({
      collective: this.#collective,
      run: this.#request.run,
      group: this.#group,
      silenceMs: this.#deadlineMs,
      signal: this.#signal,
    });
  }

  get #deadlineMs(): number {
    return Math.round(this.#plan.spec.trainers.deadline * 1000);
  }

  #join(step: number, stored: StoredTraining['architect']): Promise<ArchitectLink> {
    const { architectAddress: address, run, planJson } = this.#request;
    return joinArchitect({
      address,
      run,
      planJson,
      group: this.#group,
      deadlineMs: this.#deadlineMs,
      step,
      ...(stored !== undefined && { stored }),
      signal: this.#signal,
    });
  }

  /** @returns the checkpoint's folder; undefined when none is wanted */
  async #store(
    done: number,
    tensors: TrainingTensors,
    architect: ArchitectLink | undefined,
  ): Promise<string | undefined> {
    const { checkpointFolder, run } = this.#request;
    if (checkpointFolder === '') return undefined;
    return storeTraining(checkpointFolder, run, this.#plan, done, tensors, await architect?.state());
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
