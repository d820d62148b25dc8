import { FinishReason, type TaskLoss, type TrainResponse } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import type { WorkerClient } from '@taskweave/service-kit';
import { checkpointIsDue, type RunPlan } from '@taskweave/spec';
import { averagesGradients, learningRateAt } from '@taskweave/supernet';
import { extractContext, injectContext, rootSpan, withContext } from '@taskweave/telemetry';
import type { ArchitectLink, GateMeasurement } from './architect-link.js';
import type { BatchFeed } from './batch-feed.js';
import type { TrainerMethods } from './engine-worker.js';
import { PhaseClock } from './phase-clock.js';
import { StepRate } from './step-rate.js';
import { StepMetrics } from './step-metrics.js';
import type { Losses } from './trainer-core.js';
import type { TrainingGroup } from './training-group.js';
import type { GroupAverage } from './group-average.js';
import { averageGradients, averageStatistics, averageWeights } from './averages.js';

export type TrainEvent = NonNullable<TrainResponse['event']>;

/** What the steps of a training are made of. */
export interface TrainingParts {
  readonly run: string;
  readonly plan: RunPlan;
  /** The tensor engine. */
  readonly worker: WorkerClient<TrainerMethods>;
  readonly feed: BatchFeed;
  /** Absent for methods without an architecture. */
  readonly architect: ArchitectLink | undefined;
  readonly group: TrainingGroup;
  readonly average: GroupAverage;
  /** Whether the training is to end with a checkpoint. */
  stopRequested(): boolean;
  /** Writes a checkpoint after so many steps; its folder, or undefined when none is wanted. */
  store(done: number): Promise<string | undefined>;
}

/** The steps that are left of a training, and its checkpoints. */
export async function* trainingSteps(
  firstStep: number,
  parts: TrainingParts,
): AsyncGenerator<TrainEvent, void, void> {
  const { plan, architect, group, store } = parts;
  const { steps } = plan.spec;
  const rate = new StepRate();
  const measures = new StepMetrics(parts.run);
  let gates = architect?.firstGates ?? [];
  for (let step = firstStep; step < steps; step++) {
    const done = step + 1;
    const { report, stopping, trace } = await rootSpan(
      'round',
      { 'taskweave.run': parts.run, 'taskweave.step': step },
      async () => {
        const begin = performance.now();
        const clock = new PhaseClock();
        const update = architect && (await architectureStep(parts, architect, step, gates, clock));
        if (update !== undefined) gates = update.architectureGates;
        const { losses, examples, stopping } = await weightStep(
          parts,
          step,
          update?.weightGates ?? [],
          clock,
        );
        const seconds = (performance.now() - begin) / 1000;
        const timing = clock.timing(group.self);
        measures.step(seconds, examples, timing.phases);
        const report: TrainEvent = {
          $case: 'step',
          value: {
            step,
            losses: taskLosses(losses),
            architectureLosses: update === undefined ? [] : taskLosses(update.losses),
            metrics: update?.metrics,
            learningRate: learningRateAt(step, steps, plan.spec.optimizer),
            seconds,
            stepsPerSecond: rate.add(seconds),
            examples,
            lost: group.lost,
            timings: [timing],
          },
        };
        return { report, stopping, trace: injectContext() };
      },
    );
    // Reported before it is stored: no checkpoint is ever ahead of what the coordinator has seen.
    yield report;
    if (group.leads && (stopping || checkpointIsDue(plan.spec, done))) {
      // The checkpoint belongs to the trace of the step that wrote it.
      const clock = new PhaseClock();
      const { path, timing } = await withContext(extractContext(trace), async () => {
        const path = await clock.time('checkpoint', done, () => store(done));
        const timing = clock.timing(group.self);
        measures.checkpoint(timing.phases);
        return { path, timing };
      });
      if (path !== undefined) yield { $case: 'checkpoint', value: { step: done, path, timing } };
    }
    if (stopping && done < steps) {
      return yield { $case: 'finished', value: { reason: FinishReason.STOPPED, step: done } };
    }
  }
  yield { $case: 'finished', value: { reason: FinishReason.COMPLETED, step: steps } };
}

async function architectureStep(
  { worker, feed, group }: TrainingParts,
  architect: ArchitectLink,
  step: number,
  gates: readonly number[],
  clock: PhaseClock,
) {
  const { shard } = group;
  const batch = await clock.time('data-wait', step, () => feed.next('architecture', shard));
  const measured: Omit<GateMeasurement, 'examples'> =
    batch.examples === 0
      ? { gateGradients: gates.map(() => 0), losses: {} }
      : await clock.time('architecture-step', step, () =>
          worker.call('architectureStep', batch.tensors, gates, step, shard),
        );
  checkFinite(step, 'architecture', measured.losses);
  const { examples } = batch;
  const update = await clock.time('gate-update', step, () =>
    architect.update(step, { ...measured, examples }, group.takeUntold()),
  );
  group.goOnWithout(update.lost);
  return { ...update, losses: measured.losses };
}

/** @returns with whether to stop after this step, the same for all trainers */
async function weightStep(
  parts: TrainingParts,
  step: number,
  gates: readonly number[],
  clock: PhaseClock,
): Promise<{ losses: Losses; examples: number; stopping: boolean }> {
  const { plan, worker, feed, group, average } = parts;
  const { shard } = group;
  const { examples, batchExamples, tensors } = await clock.time('data-wait', step, () =>
    feed.next('weights', shard),
  );
  average.add(batchExamples);
  const exact = averagesGradients(plan.spec);
  const method = exact ? 'gradientStep' : 'weightStep';
  const { losses } =
    examples === 0
      ? { losses: {} }
      : await clock.time('weight-step', step, () => worker.call(method, tensors, gates, step, shard));
  checkFinite(step, 'weight', losses);
  return {
    losses,
    examples,
    stopping: await (exact ? takeStep(parts, step, clock) : goOn(parts, step, clock)),
  };
}

/** Takes the step of the whole batch, with the others. */
async function takeStep(
  { plan, worker, average, stopRequested }: TrainingParts,
  step: number,
  clock: PhaseClock,
) {
  return clock.time('all-reduce', step, async () => {
    const stopping = await averageGradients(worker, average, step, stopRequested());
    if (stopping || checkpointIsDue(plan.spec, step + 1)) await averageStatistics(worker, average, step);
    return stopping;
  });
}

/** After a step of one's own: weights are averaged if it is time to. What a checkpoint holds is common to all. */
async function goOn(
  { plan, worker, group, average, stopRequested }: TrainingParts,
  step: number,
  clock: PhaseClock,
) {
  if (group.left.length === 1) return stopRequested();
  const due = (step + 1) % plan.spec.trainers.averageEvery === 0 || checkpointIsDue(plan.spec, step + 1);
  if (!due) return false;
  return clock.time('all-reduce', step, () => averageWeights(worker, average, step, stopRequested()));
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
