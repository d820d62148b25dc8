import { openEngine, type Engine, type EngineState, type HostTensors } from '@taskweave/engine';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import {
  TrainingPasses,
  accumulators,
  buildSupernet,
  learningRateAt,
  momentumSlots,
  networkCost,
  trainingState,
  type Shard,
  type Supernet,
} from '@taskweave/supernet';

/** Losses by task id, before the tasks' loss weights. */
export type Losses = Record<string, number>;

export interface OpenedTraining {
  /** Trainable numbers of the network. */
  readonly parameters: number;
  /** The length of every vector of gates: the candidate edges of a search, 0 for other methods. */
  readonly edges: number;
  readonly engine: string;
}

/** What has to be stored to continue, beside the architect's state. */
export interface TrainingTensors {
  /** Parameters and running statistics. */
  readonly weights: HostTensors;
  /** Momentum slots. */
  readonly optimizer: HostTensors;
}

interface Session {
  readonly plan: RunPlan;
  readonly supernet: Supernet;
  readonly engine: Engine;
  readonly state: EngineState;
  readonly passes: TrainingPasses;
}

/**
 * The tensor side of training: lives in the worker thread and is called from the service by message. Owns the
 * network's weights; knows nothing of gRPC, files or the architecture weights.
 */
export class TrainerCore {
  #session: Session | undefined;

  /**
   * Builds and compiles the network of a plan, with fresh or stored tensors. Replaces the session before.
   *
   * @param shard the part of batches that will be asked for first
   */
  async open(planJson: string, stored: TrainingTensors | undefined, shard: Shard): Promise<OpenedTraining> {
    await this.close();
    const plan = parseRunPlan(planJson);
    const supernet = buildSupernet(plan);
    const engine = await openEngine(plan.spec.engine);
    const tensors = stored && { ...stored.weights, ...stored.optimizer };
    const state = engine.createState(trainingState(supernet, plan, tensors));
    const passes = new TrainingPasses({ supernet, plan, engine, state });
    this.#session = { plan, supernet, engine, state, passes };
    await passes.prepare('architecture', shard);
    await passes.prepare('weights', shard);
    return {
      parameters: networkCost(supernet).params,
      edges: supernet.gateCount,
      engine: engine.description,
    };
  }

  /** d(weighted sum of losses)/d(gate) on a batch, and the losses. Changes running statistics only. */
  async architectureStep(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    shard: Shard,
  ): Promise<{ gateGradients: number[]; losses: Losses }> {
    return this.#open().passes.architecture(batch, gates, step, shard);
  }

  /** One SGD step on a batch under the given gates. */
  async weightStep(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    shard: Shard,
  ): Promise<{ losses: Losses }> {
    const { plan, passes } = this.#open();
    const learningRate = learningRateAt(step, plan.spec.steps, plan.spec.optimizer);
    return passes.weights(batch, gates, step, learningRate, shard);
  }

  /** The gradients of the weights on a shard of a batch, which are kept for {@link update}. */
  async gradientStep(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    shard: Shard,
  ): Promise<{ losses: Losses }> {
    return this.#open().passes.gradients(batch, gates, step, shard);
  }

  /** Copies of the gradients kept, by parameter's accumulator. */
  async gradients(): Promise<HostTensors> {
    const { supernet, state } = this.#open();
    return state.read(accumulators(supernet.parameters));
  }

  /** One SGD step by the gradients kept, or by others in their place. */
  async update(step: number, gradients?: HostTensors): Promise<void> {
    const { plan, passes, state } = this.#open();
    if (gradients !== undefined) state.write(gradients);
    await passes.update(learningRateAt(step, plan.spec.steps, plan.spec.optimizer));
  }

  /** Copies of what a pass over a batch changes beside gradients: running statistics of batch normalisation. */
  async statistics(): Promise<HostTensors> {
    const { supernet, state } = this.#open();
    return state.read(supernet.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name));
  }

  /** Copies of everything that has to be stored. */
  async tensors(): Promise<TrainingTensors> {
    const { supernet, state } = this.#open();
    return {
      weights: await state.read(supernet.parameters.map(({ name }) => name)),
      optimizer: await state.read(momentumSlots(supernet.parameters)),
    };
  }

  /** Replaces parameters, running statistics or momentum slots. */
  async replace(values: HostTensors): Promise<void> {
    this.#open().state.write(values);
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    await session.passes.dispose();
    await session.engine.dispose();
  }

  #open(): Session {
    if (this.#session === undefined) throw new Error('no training is open');
    return this.#session;
  }
}
