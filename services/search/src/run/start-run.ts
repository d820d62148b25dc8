import { TaskweaveError } from '@taskweave/common';
import { resolveDevice } from '@taskweave/engine';
import {
  createRun,
  lockRun,
  readHistory,
  type RunFolder,
  type RunRecord,
  type RunResult,
} from '@taskweave/runs';
import type { BaselineMethod, RunPlan, RunSpec } from '@taskweave/spec';
import { checkInitialWeights, recheckInitialWeights } from '../weights/initial-weights.js';
import { CODE_VERSION } from './code-version.js';
import { checkOutputFolder } from './check-output.js';
import { prepareMessages, type OpenMessages, type RunMessages } from './messages.js';
import { makePlan } from './plan.js';
import { findResumePoint } from './resume-point.js';
import type { RunControl } from './run-control.js';
import type { RunEvents } from './run-events.js';
import { SearchRun } from './search-run.js';
import { SERVICE_NAMES, ServiceGroup, type ServiceAddresses } from './services.js';
import { withBus } from './with-bus.js';

export interface RunOptions {
  /** Every service in a process of its own. */
  processes: boolean;
  /** How many evaluators share the checkpoints. @default 1 */
  evaluators?: number;
  /** Services of a cluster to work with, in place of own ones. They decide which devices there are. */
  members?: ServiceAddresses;
  /** What else to train with the same budget. */
  baselines: readonly BaselineMethod[];
  /** Name of a new run and its folder within the output folder; made up unless given. */
  run?: string;
  control: RunControl;
  events: RunEvents;
  /**
   * Told as soon as the run has a folder, before anything is computed.
   *
   * @param messages how the parts of the run hear of each other, for people
   */
  onOpen(folder: RunFolder, record: RunRecord, messages: string): void;
}

/**
 * Starts a new search and sees it through.
 *
 * @param output folder that holds the runs
 * @throws TaskweaveError. Whatever the user can mend is found before the run's folder is made, or the folder is removed
 *   again; after the first step the run stays, and can be resumed.
 */
export async function startRun(spec: RunSpec, output: string, options: RunOptions): Promise<RunResult> {
  checkOutputFolder(output);
  const settled = options.members === undefined ? await settleDevice(spec) : spec;
  return withServices(options, settled, async (services, messages) => {
    const plan = await makePlan(settled, services.connection('data-loader'), options.control.signal);
    const trainings = trainingsOf(plan, options.baselines);
    const initialWeights = await checkInitialWeights(trainings);
    options.control.throwIfEnding();
    const { folder, record } = await createRun(output, {
      run: options.run,
      plan,
      codeVersion: CODE_VERSION,
      baselines: options.baselines,
      initialWeights,
    });
    let unlock: (() => void) | undefined;
    try {
      unlock = lockRun(folder.lock);
      return await seeThrough(folder, record, services, await messages(folder), options);
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      if (error.exitCode === 2 && readHistory(folder.search.history).length === 0) folder.discard();
      throw error;
    } finally {
      unlock?.();
    }
  });
}

/**
 * Continues a run where its latest checkpoint left off.
 *
 * @throws TaskweaveError `RUN_NOT_RESUMABLE` when it is completed or another process works on it, `CHECKPOINT_DAMAGED`
 *   when no checkpoint is left that verifies; otherwise as {@link startRun}
 */
export async function resumeRun(folder: RunFolder, options: RunOptions): Promise<RunResult> {
  const unlock = lockRun(folder.lock);
  try {
    const stored = folder.readRecord();
    const baselines = [...new Set([...stored.baselines, ...options.baselines])];
    const record = { ...stored, baselines };
    if (stored.phase === 'completed' && baselines.length === stored.baselines.length) throw completed(record);
    // Before any service is started, as nothing can be done about checkpoints that are all damaged.
    const trainings = [folder.search, ...baselines.map((method) => folder.baseline(method))];
    for (const training of trainings) await findResumePoint(training);
    const plans = trainingsOf(record.plan, baselines);
    await recheckInitialWeights(
      plans.map((training, index) => ({ ...training, folder: trainings[index]! })),
      record.initialWeights,
    );
    return await withServices(options, record.plan.spec, async (services, messages) =>
      seeThrough(folder, record, services, await messages(folder), options),
    );
  } finally {
    unlock();
  }
}

/** The trainings of a run: its own, and those of its baselines, each with as many edges as its spec says. */
function trainingsOf(plan: RunPlan, baselines: readonly BaselineMethod[]): { plan: RunPlan; own: boolean }[] {
  return [{ plan, own: true }, ...baselines.map((method) => ({ plan: { ...plan, method }, own: false }))];
}

/** Brings a run to its end, and publishes its events. */
async function seeThrough(
  folder: RunFolder,
  record: RunRecord,
  services: ServiceGroup,
  messages: RunMessages,
  { control, events, onOpen }: RunOptions,
): Promise<RunResult> {
  const { messaging } = messages;
  try {
    onOpen(folder, record, messaging.description);
    return await withBus(record, messages, events, control, () =>
      new SearchRun(folder, record, services, control, events, messaging).run(),
    );
  } finally {
    await messages.close();
  }
}

/** The spec with the device that the run will really use: what is recorded, and what a resumed run goes on with. */
export async function settleDevice(spec: RunSpec): Promise<RunSpec> {
  return { ...spec, engine: { ...spec.engine, device: await resolveDevice(spec.engine) } };
}

async function withServices<T>(
  { processes, evaluators = 1, members, control }: RunOptions,
  { trainers }: RunSpec,
  use: (services: ServiceGroup, messages: OpenMessages) => Promise<T>,
): Promise<T> {
  control.throwIfEnding();
  const messages = await prepareMessages();
  const onCrash = (error: TaskweaveError): void => control.abort(error);
  const counts = { evaluator: evaluators, 'supernet-trainer': trainers.count };
  const services =
    members === undefined
      ? await ServiceGroup.start(SERVICE_NAMES, { processes, counts, onCrash })
      : ServiceGroup.of(members);
  try {
    control.throwIfEnding();
    return await use(services, messages);
  } finally {
    await services.stop();
  }
}

function completed({ run }: RunRecord): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_RESUMABLE',
    message: `The run ${run} is completed; there is nothing left to do.`,
    subject: run,
    action: `Look at it with: taskweave show ${run}`,
  });
}
