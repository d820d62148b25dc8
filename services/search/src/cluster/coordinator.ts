import { TaskweaveError } from '@taskweave/common';
import type { StateStore } from '@taskweave/messaging';
import { metrics } from '@taskweave/telemetry';
import { describeScores } from '../run/score-text.js';
import type { ServiceAddresses } from '../run/services.js';
import { Attempt, stepsStored } from './attempt.js';
import type { ClusterRun } from './cluster-run.js';
import type { MemberSource, Occupation } from './placement.js';
import { rememberHealth } from './ask-health.js';
import { findLostService } from './lost-service.js';
import { isEnough, mayPass, waitBefore } from './restart-policy.js';
import { RunTable } from './run-table.js';
import { Scheduler } from './scheduler.js';
import { stopTrainersOf } from './take-over.js';

export interface CoordinatorOptions {
  readonly state: StateStore;
  readonly members: MemberSource;
  /** Folder that holds the runs; the members reach it by the same path. */
  readonly output: string;
  /** Of the lease in whose name it acts. */
  readonly token: number;
  /** Told when another coordinator has followed. */
  onFollowed(): void;
  /** Told what happens, a line at a time, for people. */
  tell(line: string): void;
}

/**
 * Brings the runs of a cluster to their ends: several at a time, each with trainers of its own. What it has to know is in
 * the state store and in the folders of the runs, so it may be killed at any moment and its follower goes on.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #attempts = new Map<string, Attempt>();
  /** When runs that lost services are tried again, by the monotonic clock. */
  readonly #retryAt = new Map<string, number>();
  readonly #waitingFor = new Map<string, string>();
  readonly #takenOver = new Set<string>();
  readonly #scheduler: Scheduler;
  readonly #unlisten: () => void;
  readonly #ended = new AbortController();
  readonly table: RunTable;
  #closing = false;

  private constructor(options: CoordinatorOptions, table: RunTable) {
    this.#options = options;
    this.table = table;
    const { members, output } = options;
    this.#scheduler = new Scheduler({
      members,
      output,
      waiting: () => this.#ready(),
      occupation: () => this.#occupation(),
      begin: (run, services) => void this.#begin(run, services),
      onWaiting: (run, reason) => this.#waitingFor.set(run.run, reason),
    });
    this.#unlisten = members.onChange(() => {
      this.#scheduler.wake();
      void this.#lookForLost();
    });
  }

  /** Goes on with what the store knows of. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const table = await RunTable.open(options.state, options.token, options.onFollowed);
    const coordinator = new Coordinator(options, table);
    for (const run of table.all) if (run.state === 'running') void coordinator.#takeOver(run);
    coordinator.#scheduler.wake();
    return coordinator;
  }

  /** Folder that holds the runs. */
  get output(): string {
    return this.#options.output;
  }

  /** Aborts when this one coordinates no more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  get members(): MemberSource {
    return this.#options.members;
  }

  /** Runs that wait, the next one first. */
  get queue(): ClusterRun[] {
    return this.table.all.filter(({ state }) => state === 'queued');
  }

  attempt(run: string): Attempt | undefined {
    return this.#attempts.get(run);
  }

  /** What people call the trainer at an address; the address itself when it is gone. */
  nameOfTrainer(address: string): string {
    const found = this.#options.members.list('supernet-trainer').find((member) => member.address === address);
    return found?.name ?? address;
  }

  /** What a run waits for, for people. */
  waitingFor(run: string): string {
    return this.#waitingFor.get(run) ?? '';
  }

  /**
   * Puts a run into the queue; resolves when that is stored.
   *
   * @throws TaskweaveError `SERVICE_UNAVAILABLE` when this one coordinates no more
   */
  async enqueue(run: ClusterRun): Promise<void> {
    if (this.#closing) throw noLongerHere();
    const stored = this.table.set(run);
    this.#options.tell(`${run.run}: queued, ${this.queue.length} in the queue`);
    this.#scheduler.wake();
    if (!(await stored)) throw noLongerHere();
  }

  /**
   * Stops a run that waits at once, and a running one after its step; resolves when that is stored.
   *
   * @throws TaskweaveError `SERVICE_UNAVAILABLE` when this one coordinates no more
   */
  async stop(run: ClusterRun): Promise<void> {
    if (this.#closing) throw noLongerHere();
    if (run.state === 'queued') {
      this.#retryAt.delete(run.run);
      this.#options.tell(`${run.run}: stopped before it had a trainer`);
      if (await this.table.update(run.run, { state: 'stopped', reason: '' })) return;
      throw noLongerHere();
    }
    const stored = await this.table.update(run.run, { stopRequested: true });
    if (!stored) throw noLongerHere();
    this.#attempts.get(run.run)?.requestStop();
  }

  /**
   * Ends all work; runs go on where another coordinator, or the next one here, takes over.
   *
   * @param atOnce without checkpoints, as somebody else has taken over or the user is in a hurry
   */
  async close(atOnce: boolean): Promise<void> {
    this.#closing = true;
    this.#unlisten();
    for (const attempt of this.#attempts.values()) {
      if (atOnce) attempt.abort();
      else attempt.requestStop();
    }
    this.#ended.abort();
    await this.#scheduler.close();
    await Promise.all([...this.#attempts.values()].map(({ done }) => done));
    await this.table.close();
  }

  /** Ends attempts that have lost a service, unless they have noticed themselves. */
  async #lookForLost(): Promise<void> {
    const ask = rememberHealth();
    for (const [run, attempt] of this.#attempts) {
      const lost = await findLostService(attempt.services, this.#options.members, ask);
      if (lost === undefined || attempt.aborted) continue;
      metrics.membersLost.add(1, { [metrics.RUN]: run });
      attempt.abort(lost);
    }
  }

  /** What an earlier coordinator left running. */
  async #takeOver(run: ClusterRun): Promise<void> {
    this.#takenOver.add(run.run);
    await stopTrainersOf(run);
    this.#takenOver.delete(run.run);
    if (this.#closing) return;
    const state = run.stopRequested ? 'stopped' : 'queued';
    this.#options.tell(
      `${run.run}: ${run.stopRequested ? 'stopped' : 'goes on after its coordinator ended'}`,
    );
    await this.table.update(run.run, { state, trainers: [], stopRequested: false });
    this.#scheduler.wake();
  }

  #ready(): ClusterRun[] {
    if (this.#closing) return [];
    const now = performance.now();
    return this.queue.filter(({ run }) => !this.#attempts.has(run) && (this.#retryAt.get(run) ?? 0) <= now);
  }

  #occupation(): Occupation {
    const trainers = new Set<string>();
    const shared = new Map<string, number>();
    for (const { services } of this.#attempts.values()) {
      for (const address of services['supernet-trainer']) trainers.add(address);
      for (const [address] of [services['data-loader'], services.architect]) {
        if (address !== undefined) shared.set(address, (shared.get(address) ?? 0) + 1);
      }
    }
    for (const run of this.#takenOver) {
      for (const address of this.table.get(run)?.trainers ?? []) trainers.add(address);
    }
    return { trainers, shared };
  }

  async #begin(run: ClusterRun, services: ServiceAddresses): Promise<void> {
    const { output, tell } = this.#options;
    const trainers = services['supernet-trainer'];
    const attempt = new Attempt(run, services, output);
    this.#attempts.set(run.run, attempt);
    this.#waitingFor.delete(run.run);
    const names = trainers.map((address) => this.nameOfTrainer(address));
    tell(`${run.run}: ${run.step > 0 ? 'goes on' : 'starts'} with ${names.join(', ')}`);
    void this.table.update(run.run, { state: 'running', trainers, reason: '' });
    let change: Partial<ClusterRun>;
    try {
      const { test, steps } = await attempt.see();
      change = { state: 'completed', step: steps, scores: describeScores(test.discrete) };
    } catch (thrown) {
      change = await this.#afterFailure(run.run, attempt, TaskweaveError.from(thrown));
    }
    this.#attempts.delete(run.run);
    void this.#end(run.run, change).finally(() => attempt.settle());
    this.#scheduler.wake();
  }

  /** What becomes of a run whose attempt ended early. */
  async #afterFailure(name: string, attempt: Attempt, error: TaskweaveError): Promise<Partial<ClusterRun>> {
    const run = this.table.get(name)!;
    const { step } = attempt;
    if (error.code === 'STOPPED' && run.stopRequested) return { state: 'stopped', step };
    // It stays a running one: whoever coordinates next goes on with it.
    if (this.#closing) return { step };
    const reason = `${error.code}: ${error.message}`;
    if (!mayPass(error)) return { state: 'failed', step, reason };
    if (run.stopRequested) return { state: 'stopped', step, reason };
    const stored = await stepsStored(run, this.#options.output).catch(() => 0);
    const vain = stored > run.progress ? 0 : run.vain + 1;
    const progress = Math.max(stored, run.progress);
    const further = { step, reason, vain, progress, restarts: run.restarts + 1 };
    if (isEnough(vain, error)) return { state: 'failed', ...further };
    const waitMs = waitBefore(vain);
    this.#retryAt.set(name, performance.now() + waitMs);
    setTimeout(() => this.#scheduler.wake(), waitMs + 1).unref();
    return { state: 'queued', ...further };
  }

  async #end(run: string, change: Partial<ClusterRun>): Promise<void> {
    const { state, reason = '', scores = '', step = 0 } = change;
    if (state === undefined) return;
    const { spec } = this.table.get(run)!;
    const how = state === 'queued' ? `back in the queue: ${reason}` : `${state}${reason && `: ${reason}`}`;
    this.#options.tell(`${run}: ${how}${scores && `: ${scores}`} (${step} of ${spec.steps} steps)`);
    await this.table.update(run, { trainers: [], stopRequested: false, ...change });
  }
}

/** The answer of a coordinator that another one has followed, or that ends. */
export function noLongerHere(): TaskweaveError {
  return new TaskweaveError({
    code: 'SERVICE_UNAVAILABLE',
    message: 'This coordinator was stopped, or another one leads the cluster now.',
    action: 'Ask the one that leads, or again in a few seconds.',
  });
}
