/**
 * Optimizers for a few hundred scalars (architecture weights), in float64 and without tensors. All are pure: they
 * return new parameters and slots and leave the old ones as they were.
 */

/** An optimizer's memory: one list per slot, each as long as the parameters. Plain JSON. */
export type Slots = { [slot: string]: number[] };

export interface Update {
  parameters: number[];
  slots: Slots;
}

export interface ScalarOptimizer {
  /** Slots before the first update. */
  init(size: number): Slots;
  /**
   * One update.
   *
   * @param gradient d(loss)/d(parameter), without weight decay
   * @param count number of updates made before this one
   * @param learningRate this update's learning rate
   */
  update(
    parameters: readonly number[],
    gradient: ArrayLike<number>,
    slots: Slots,
    count: number,
    learningRate: number,
  ): Update;
}
