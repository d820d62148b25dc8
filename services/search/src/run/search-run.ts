import { MANIFEST_FILE, blobsAreOn, readCheckpoint, sha256 } from '@taskweave/checkpoints';
import { TaskweaveError } from '@taskweave/common';
import type { EvaluateResponse } from '@taskweave/contracts';
import type { Messaging } from '@taskweave/messaging';
import { atRest, type Phase, type RunFolder, type RunRecord, type RunResult } from '@taskweave/runs';
import type { BaselineMethod } from '@taskweave/spec';
import { log, withSpan } from '@taskweave/telemetry';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSearchServer } from '../server.js';
import { TensorboardLog } from '../tensorboard/tensorboard-log.js';
import { storeInitialWeights } from '../weights/initial-weights.js';
import { finishRun, type FinishedBaseline } from './finish-run.js';
import { decideEdges } from './architecture.js';
import { EVALUATION_QUEUE_OPTIONS } from './evaluation-queue.js';
import { evaluationQueueName, messageRun, runOrigin } from './message-names.js';
import { baselinePlan } from './plan.js';
import { EvaluationPictures } from './evaluation-pictures.js';
import { stopped, type RunControl } from './run-control.js';
import { pastEvents } from './past-events.js';
import type { Activity, RunEvents } from './run-events.js';
import { evaluate } from './evaluate.js';
import { RunMetrics } from './run-metrics.js';
import type { ServiceGroup } from './services.js';
import { train, type Evaluations, type FinishedTraining, type TrainingJob } from './training.js';

/** How long to wait for the news that a service process has ended after a call to it failed. */
const CRASH_NEWS_MS = 500;

/**
 * The life of one run, from wherever it stands to its result. Everything it needs to continue is in the run's folder,
 * so each part first looks for what is done already.
 */
export class SearchRun {
  readonly #folder: RunFolder;
  readonly #services: ServiceGroup;
  readonly #control: RunControl;
  readonly #events: RunEvents;
  readonly #messaging: Messaging;
  /** From the moment that work on the run begins. */
  #metrics: RunMetrics | undefined;
  readonly #tensorboard: TensorboardLog;
  #record: RunRecord;
  #step = 0;
  #result: RunResult | undefined;

  constructor(
    folder: RunFolder,
    record: RunRecord,
    services: ServiceGroup,
    control: RunControl,
    events: RunEvents,
    messaging: Messaging,
  ) {
    this.#folder = folder;
    this.#services = services;
    this.#control = control;
    this.#events = events;
    this.#messaging = messaging;
    this.#record = atRest(record);
    this.#tensorboard = new TensorboardLog(folder, record.plan, (message) => this.#warn(message));
    events.listen((stamped) => this.#tensorboard.take(stamped));
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** Steps of the search done. */
  get step(): number {
    return this.#step;
  }

  get result(): RunResult | undefined {
    return this.#result;
  }

  /** Asks the run to stop, with a checkpoint to continue from. */
  requestStop(): void {
    this.#control.requestStop();
  }

  /**
   * Brings the run to its end. Its record says afterwards how it ended.
   *
   * @throws TaskweaveError `STOPPED` after a request to stop; otherwise why the run failed. It can be resumed in
   *   either case.
   */
  async run(): Promise<RunResult> {
    const server = await startSearchServer(this, this.#events);
    this.#metrics = new RunMetrics(this.#record, this.#folder.path, this.#events);
    try {
      await this.#update({
        address: server.address,
        services: this.#services.addressesByName(),
        ...this.#processes(),
      });
      this.#services.onRestart(() => void this.#update(this.#processes()).catch(() => undefined));
      const { run } = this.#record;
      this.#result = await withSpan('search-run', { 'taskweave.run': run }, () => this.#proceed());
      await this.#tidyUp();
      await this.#end('completed');
      return this.#result;
    } catch (thrown) {
      const error = await this.#reason(thrown);
      this.#control.abort(error);
      if (error.code === 'STOPPED') await this.#end('stopped');
      else await this.#end('failed', error);
      throw error;
    } finally {
      await this.#tensorboard.close();
      this.#events.close();
      await server.stop();
    }
  }

  /** Ids of service processes, if there are any; they change when one is started again. */
  #processes(): Pick<RunRecord, 'processes'> {
    const { processes } = this.#services;
    return Object.keys(processes).length > 0 ? { processes: { ...processes } } : {};
  }

  async #proceed(): Promise<RunResult> {
    const { run, plan, baselines, initialWeights } = this.#record;
    await this.#phase('starting', 'preparing');
    const search = await this.#train({
      run,
      plan,
      folder: this.#folder.search,
      evaluations: await this.#evaluations(),
      onStarted: async (history, checkpoints) => {
        for (const event of pastEvents(history, checkpoints)) this.#events.emit(event, 0);
        this.#step = history.steps;
        await this.#phase('searching', plan.method === 'search' ? 'searching' : `training ${plan.method}`);
      },
      onStep: (line, probabilities) => {
        this.#step = line.step + 1;
        this.#events.emit({ kind: 'step', step: line.step, line });
        this.#tensorboard.takeGates(line.step, probabilities);
      },
      onCheckpoint: (path, step) => this.#events.emit({ kind: 'checkpoint.ready', step, path }),
      onWarning: (message) => this.#warn(message),
    });
    const edges = decideEdges(plan, await readCheckpoint(search.checkpoint));
    const kept = edges.filter((edge) => edge.kept).length;
    const finished: FinishedBaseline[] = [];
    for (const method of baselines) finished.push(await this.#trainBaseline(method, kept));
    await this.#phase('evaluating', 'evaluating');
    return finishRun(
      { run, plan, initialWeights, folder: this.#folder, search, edges, baselines: finished },
      this.#services,
      this.#control.signal,
    );
  }

  /** @param kept edges of the run's own discrete network */
  async #trainBaseline(method: BaselineMethod, kept: number): Promise<FinishedBaseline> {
    const { run } = this.#record;
    const plan = baselinePlan(this.#record.plan, method, kept);
    await this.#phase('searching', `training ${method}`);
    const { checkpoint } = await this.#train({
      run: `${run}-${method}`,
      plan,
      folder: this.#folder.baseline(method),
      onStep: (line) => this.#events.emit({ kind: 'baseline.step', step: line.step, line }),
      onWarning: (message) => this.#warn(message),
    });
    return { method, plan, checkpoint };
  }

  async #train(job: TrainingJob): Promise<FinishedTraining> {
    const { plan, initialWeights } = this.#record;
    this.#control.throwIfEnding();
    const training = { plan: job.plan, own: job.plan === plan };
    await storeInitialWeights(job.folder, job.run, training, initialWeights);
    this.#control.throwIfEnding();
    return train({ ...job, ...this.#blobs(job.run) }, this.#services, this.#control);
  }

  /** Where a training of this run has its checkpoints in the blob store, if there is one. */
  #blobs(training: string): { blobs?: string } {
    return blobsAreOn() ? { blobs: `${training}/${runOrigin(this.#record)}` } : {};
  }

  /** Checkpoints are scored on the validation split by all evaluators of the run. */
  async #evaluations(): Promise<Evaluations> {
    const { plan } = this.#record;
    // Without a search there is one network, and no gate is soft.
    const networks = plan.method === 'search' ? (['soft', 'discrete'] as const) : (['discrete'] as const);
    const { run } = this.#record;
    const request = { run, plan, split: 'validation', networks, ...this.#blobs(run) } as const;
    const drawn = new EvaluationPictures(this.#folder, plan, (message) => this.#warn(message));
    return {
      queue: await this.#messaging.queue(evaluationQueueName(this.#record), EVALUATION_QUEUE_OPTIONS),
      state: this.#messaging.state,
      run: messageRun(this.#record),
      evaluators: this.#services.addresses('evaluator'),
      key: (checkpoint) => this.#scoresKey(sha256(readFileSync(join(checkpoint, MANIFEST_FILE)))),
      evaluate: (checkpoint, step, evaluator) => {
        const pictures = { count: drawn.count, take: (answer: EvaluateResponse) => drawn.take(step, answer) };
        const source = { $case: 'checkpoint', value: checkpoint } as const;
        return evaluate(this.#services, { ...request, source, evaluator, pictures }, this.#control.signal);
      },
      onWaiting: (waiting) => this.#metrics?.queue(waiting),
      onScored: (line) => this.#events.emit({ kind: 'evaluation.done', step: line.step, line }),
      onLost: (evaluator, { message }) =>
        this.#warn(`The evaluator at ${evaluator} is lost: ${message} The others do its work.`),
    };
  }

  /** Where scores of a checkpoint are stored until they are in the history. */
  #scoresKey(manifest: string): string {
    return `scores.${runOrigin(this.#record)}.${manifest}`;
  }

  /** Removes what only an unfinished run needs; the history has all scores. */
  async #tidyUp(): Promise<void> {
    const { state } = this.#messaging;
    try {
      for (const key of await state.keys(`scores.${runOrigin(this.#record)}`)) await state.delete(key);
      await this.#messaging.removeQueue(evaluationQueueName(this.#record));
    } catch (thrown) {
      // The run is done all the same.
      this.#warn(`Messages of the run could not be removed: ${TaskweaveError.from(thrown).message}`);
    }
  }

  /** Why the run ends: a crash or a stop comes to light as the failure of whatever call was under way. */
  async #reason(thrown: unknown): Promise<TaskweaveError> {
    const error = TaskweaveError.from(thrown);
    if (error.code === 'SERVICE_UNAVAILABLE' && this.#control.failure === undefined) {
      await new Promise((resolve) => setTimeout(resolve, CRASH_NEWS_MS));
    }
    return (
      this.#control.failure ?? (this.#control.stopRequested && error.code === 'STOPPED' ? stopped() : error)
    );
  }

  async #phase(phase: Phase, activity: Activity): Promise<void> {
    await this.#update({ phase });
    log.info('phase', { run: this.#record.run, step: this.#step, phase, activity });
    this.#events.emit({ kind: 'phase', step: this.#step, phase, activity });
  }

  #warn(message: string): void {
    log.warn(message, { run: this.#record.run, step: this.#step });
    this.#events.emit({ kind: 'warning', step: this.#step, message });
  }

  async #update(change: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    await this.#folder.writeRecord(this.#record);
  }

  async #end(phase: Phase, error?: TaskweaveError): Promise<void> {
    this.#record = { ...atRest(this.#record), phase, ...(error && { error: error.toDetails() }) };
    try {
      await this.#folder.writeRecord(this.#record);
    } catch (cause) {
      // A full disk must not hide why the run failed.
      if (error === undefined) throw cause;
    }
    this.#events.emit({ kind: 'phase', step: this.#step, phase, activity: '' });
    this.#metrics?.end(phase === 'failed' ? error?.code : undefined);
    const fields = { run: this.#record.run, step: this.#step };
    if (error === undefined) log.info(phase, fields);
    else log.error(phase, error, fields);
  }
}
