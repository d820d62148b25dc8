import { openEngine, type Engine, type EngineState, type HostTensors } from '@taskweave/engine';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import {
  TrainingPasses,
  buildSupernet,
  learningRateAt,
  momentumSlots,
  networkCost,
  trainingState,
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

  /** Builds and compiles the network of a plan, with fresh or stored tensors. Replaces the session before. */
  async open(planJson: string, stored: TrainingTensors | undefined): Promise<OpenedTraining> {
    await this.close();
    const plan = parseRunPlan(planJson);
    const supernet = buildSupernet(plan);
    const engine = await openEngine(plan.spec.engine);
    const tensors = stored && { ...stored.weights, ...stored.optimizer };
    const state = engine.createState(trainingState(supernet, plan, tensors));
    const passes = new TrainingPasses({ supernet, plan, engine, state });
    this.#session = { plan, supernet, engine, state, passes };
    await passes.prepare('architecture');
    await passes.prepare('weights');
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
  ): Promise<{ gateGradients: number[]; losses: Losses }> {
    return this.#open().passes.architecture(batch, gates, step);
  }

  /** One SGD step on a batch under the given gates. */
  async weightStep(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
  ): Promise<{ losses: Losses; learningRate: number }> {
    const { plan, passes } = this.#open();
    const learningRate = learningRateAt(step, plan.spec.steps, plan.spec.optimizer);
    const { losses } = await passes.weights(batch, gates, step, learningRate);
    return { losses, learningRate };
  }

  /** Copies of everything that has to be stored. */
  async tensors(): Promise<TrainingTensors> {
    const { supernet, state } = this.#open();
    return {
      weights: await state.read(supernet.parameters.map(({ name }) => name)),
      optimizer: await state.read(momentumSlots(supernet.parameters)),
    };
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
