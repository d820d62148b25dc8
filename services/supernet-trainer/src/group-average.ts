import { lostMember, type Collective, type Float32Tensor } from '@taskweave/collective';
import type { HostTensors } from '@taskweave/engine';
import { startPatienceMs } from '@taskweave/spec';
import { ExampleCounts } from './example-counts.js';
import type { TrainingGroup } from './training-group.js';

/** A flag that is averaged with the tensors, so that all trainers stop after the same step. */
const STOP = 'stop';

export interface GroupAverageOptions {
  readonly collective: Collective;
  readonly run: string;
  readonly group: TrainingGroup;
  /** Milliseconds that the others wait for a member. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** Means over the trainers of a group, each weighted by the examples that it has seen since the average before. */
export class GroupAverage {
  readonly #options: GroupAverageOptions;
  /** The collective's name for the group. */
  readonly #name: string;
  #counts = new ExampleCounts();
  /** The number after that of the last average. */
  #base = 0;

  constructor(options: GroupAverageOptions) {
    this.#options = options;
    this.#name = `${options.run}/${options.group.session}`;
  }

  /** Whether there is nobody left to average with. */
  get alone(): boolean {
    return this.#options.group.left.length === 1;
  }

  /** Takes note of a batch that the group has shared. */
  add(batchExamples: number): void {
    this.#counts.add(batchExamples, this.#options.group.names);
  }

  /**
   * Averages. When a member is lost over it the others do it again: their tensors still are what they were.
   *
   * @param round number of the average, which grows; the same on all trainers
   * @param tensors float32, of the same names and shapes on all trainers
   * @param stop whether this trainer was asked to stop
   * @returns the means, and whether any trainer was asked to stop: the same bits on all. The means lie in memory that the
   *   next average writes to
   * @throws TaskweaveError `MEMBER_LOST` when this trainer is the one the others go on without, `NOT_FINITE`, or whatever
   *   else makes averages impossible
   */
  async of(
    round: number,
    tensors: HostTensors,
    stop: boolean,
  ): Promise<{ means: HostTensors; stopping: boolean }> {
    let sent = await this.#attempt(round, tensors, stop);
    while (sent === undefined) sent = await this.#attempt(round, tensors, stop);
    const received = new Map(sent.map(({ name, data }) => [name, data]));
    const means = Object.entries(tensors).map(([name, tensor]) => [
      name,
      { ...tensor, data: received.get(name)! },
    ]);
    this.#base = round + 1;
    this.#counts.clear();
    this.#options.group.agree();
    return {
      means: Object.fromEntries(means) as HostTensors,
      stopping: received.get(STOP)![0]! > 0,
    };
  }

  /** @returns undefined when a member was lost over it */
  async #attempt(
    round: number,
    tensors: HostTensors,
    stop: boolean,
  ): Promise<readonly Float32Tensor[] | undefined> {
    const { collective, group, signal } = this.#options;
    // As before the first step at the architect.
    const first = this.#base === 0;
    const silenceMs = first ? startPatienceMs(this.#options.silenceMs) : this.#options.silenceMs;
    const factor = this.#counts.factor(group.self, group.names);
    const values = Object.entries(tensors).map(([name, { shape, data }]) => ({
      name,
      shape,
      data: factor === 1 ? (data as Float32Array) : (data as Float32Array).map((value) => value * factor),
    }));
    try {
      const means = await collective.average({
        name: group.self,
        group: this.#name,
        epoch: group.epoch,
        round,
        base: this.#base,
        members: group.left,
        tensors: [...values, { name: STOP, shape: [1], data: Float32Array.of(stop ? 1 : 0) }],
        silenceMs,
        signal,
      });
      return means as Float32Tensor[];
    } catch (error) {
      const lost = lostMember(error);
      if (lost === undefined || lost === group.self) throw error;
      group.lose(lost);
      return undefined;
    }
  }

  /** Frees memory. Others may still have to hear how the last average ended. */
  close(): void {
    this.#options.collective.release(this.#name);
  }
}
