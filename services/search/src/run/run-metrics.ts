import type { EvaluationLine, RunRecord, StepLine } from '@taskweave/runs';
import { log, metrics } from '@taskweave/telemetry';
import { statfsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvents, StampedEvent } from './run-events.js';

/** Metrics of a run while it is being worked on, from what happens in it. */
export class RunMetrics {
  readonly #run: Record<string, string>;
  readonly #trainers: number;
  readonly #ends: (() => void)[];
  #lost: ReadonlySet<string> = new Set();
  #checkpointAt: number | undefined;

  /** @param folder that holds the run */
  constructor({ run, plan }: RunRecord, folder: string, events: RunEvents) {
    this.#run = { [metrics.RUN]: run };
    this.#trainers = plan.spec.trainers.count;
    metrics.runActive.record(1, this.#run);
    metrics.runSteps.record(plan.spec.steps, this.#run);
    metrics.members.record(this.#trainers, this.#run);
    metrics.queueDepth.record(0, this.#run);
    // Rules are about increases, which begin with what is there before.
    metrics.steps.add(0, this.#run);
    metrics.membersLost.add(0, this.#run);
    metrics.runFailures.add(0, { [metrics.ERROR_TYPE]: 'NOT_FINITE' });
    metrics.serviceRestarts.add(0);
    this.#ends = [
      watchStorage(folder),
      metrics.checkpointAge.watch(() =>
        this.#checkpointAt === undefined
          ? []
          : [{ value: (Date.now() - this.#checkpointAt) / 1000, attributes: this.#run }],
      ),
      events.listen((stamped) => this.#take(stamped)),
    ];
  }

  /** @param waiting checkpoints that wait for their evaluation or are in it */
  queue(waiting: number): void {
    metrics.queueDepth.record(waiting, this.#run);
  }

  /** Nothing is done on the run any more. @param failure code of the error that it failed with */
  end(failure?: string): void {
    for (const end of this.#ends) end();
    if (failure !== undefined) metrics.runFailures.add(1, { [metrics.ERROR_TYPE]: failure });
    metrics.runActive.record(0, this.#run);
    metrics.members.record(0, this.#run);
    metrics.queueDepth.record(0, this.#run);
  }

  #take({ time, event }: StampedEvent): void {
    // What happened before the run was resumed was counted then.
    if (time === 0) return;
    if (event.kind === 'phase') metrics.runStep.record(event.step, this.#run);
    else if (event.kind === 'baseline.step') metrics.steps.add(1, this.#run);
    else if (event.kind === 'step') this.#step(event.line);
    else if (event.kind === 'evaluation.done') this.#scores(event.line);
    else if (event.kind === 'checkpoint.ready') this.#checkpoint(event.path, event.step, time);
  }

  #step(line: StepLine): void {
    const run = this.#run;
    metrics.steps.add(1, run);
    metrics.runStep.record(line.step + 1, run);
    metrics.learningRate.record(line.learningRate, run);
    this.#losses('weights', line.losses);
    this.#losses('architecture', line.architectureLosses);
    if (line.entropy !== undefined) metrics.gateEntropy.record(line.entropy, run);
    if (line.edgesAbove !== undefined) metrics.edgesAboveHalf.record(line.edgesAbove, run);
    if (line.temperature !== undefined) metrics.temperature.record(line.temperature, run);
    this.#members(line.lost ?? []);
  }

  #losses(batch: 'weights' | 'architecture', losses: Readonly<Record<string, number>>): void {
    for (const [task, loss] of Object.entries(losses)) {
      metrics.loss.record(loss, { ...this.#run, [metrics.TASK]: task, [metrics.BATCH]: batch });
    }
  }

  #members(lost: readonly string[]): void {
    const news = lost.filter((name) => !this.#lost.has(name));
    if (news.length === 0 && lost.length === this.#lost.size) return;
    this.#lost = new Set(lost);
    metrics.membersLost.add(news.length, this.#run);
    if (news.length > 0) log.warn('trainers lost', { run: this.#run[metrics.RUN], lost: news });
    metrics.members.record(this.#trainers - lost.length, this.#run);
  }

  #scores({ step, scores }: EvaluationLine): void {
    for (const [network, byTask] of Object.entries(scores)) {
      for (const [task, { metric, value }] of Object.entries(byTask)) {
        const names = { [metrics.TASK]: task, [metrics.NETWORK]: network, [metrics.METRIC]: metric };
        metrics.score.record(value, { ...this.#run, ...names });
      }
    }
    log.info('evaluated', { run: this.#run[metrics.RUN], step, scores });
  }

  #checkpoint(folder: string, step: number, time: number): void {
    this.#checkpointAt = time;
    sizeOf(folder).then(
      (bytes) => {
        metrics.checkpointSize.record(bytes, this.#run);
        log.info('checkpoint', { run: this.#run[metrics.RUN], step, folder, bytes });
      },
      // Pruned, or about to be looked at by somebody who has more to say.
      () => undefined,
    );
  }
}

/** Has the space of the file system that a folder is on be told. @returns ends it */
export function watchStorage(folder: string): () => void {
  const look = (pick: (fs: { bsize: number; blocks: number; bavail: number }) => number) => () => {
    try {
      return [{ value: pick(statfsSync(folder)) }];
    } catch {
      return [];
    }
  };
  const ends = [
    metrics.storageFree.watch(look(({ bsize, bavail }) => bsize * bavail)),
    metrics.storageSize.watch(look(({ bsize, blocks }) => bsize * blocks)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Bytes of the files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(folder, name))));
  return stats.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0);
}
