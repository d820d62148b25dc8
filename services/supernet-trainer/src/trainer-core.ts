import {
  float32,
  openEngine,
  type Engine,
  type EngineState,
  type Executable,
  type HostTensors,
} from '@taskweave/engine';
import { initialValues } from '@taskweave/backbones';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import {
  architectureStep,
  buildSupernet,
  initialSlots,
  learningRateAt,
  momentumSlots,
  networkCost,
  readLosses,
  weightStep,
  type Supernet,
} from '@taskweave/supernet';

/** Losses by task id, before the tasks' loss weights. */
export type Losses = Record<string, number>;

export interface OpenedTraining {
  /** Trainable numbers of the network. */
  readonly parameters: number;
  /** Candidate edges: the length of every vector of gates. */
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
  /** One program per kind of step and batch size: shapes are static, and an epoch's last batch is smaller. */
  readonly programs: Map<string, Promise<Executable>>;
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
    const state = engine.createState(
      stored === undefined
        ? { ...initialValues(supernet.parameters, plan.spec.seed), ...initialSlots(supernet.parameters) }
        : { ...stored.weights, ...stored.optimizer },
    );
    this.#session = { plan, supernet, engine, state, programs: new Map() };
    const { batchSize } = plan.spec.data;
    if (supernet.edges.length > 0) await this.#program('architecture', batchSize);
    await this.#program('weights', batchSize);
    return {
      parameters: networkCost(supernet).params,
      edges: supernet.edges.length,
      engine: engine.description,
    };
  }

  /** d(weighted sum of losses)/d(gate) on a batch, and the losses. Changes running statistics only. */
  async architectureStep(
    batch: HostTensors,
    gates: readonly number[],
  ): Promise<{ gateGradients: number[]; losses: Losses }> {
    const { supernet } = this.#open();
    const program = await this.#program('architecture', batch['image']!.shape[0]!);
    const outputs = await program.run({ ...batch, gates: float32([gates.length], gates) });
    return { gateGradients: [...outputs['gateGradient']!.data], losses: readLosses(supernet, outputs) };
  }

  /** One SGD step on a batch under the given gates. */
  async weightStep(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
  ): Promise<{ losses: Losses; learningRate: number }> {
    const { supernet, plan } = this.#open();
    const learningRate = learningRateAt(step, plan.spec.steps, plan.spec.optimizer);
    const program = await this.#program('weights', batch['image']!.shape[0]!);
    const outputs = await program.run({
      ...batch,
      ...(gates.length > 0 && { gates: float32([gates.length], gates) }),
      learningRate: float32([], [learningRate]),
    });
    return { losses: readLosses(supernet, outputs), learningRate };
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
    for (const program of session.programs.values()) await (await program).dispose();
    await session.engine.dispose();
  }

  #open(): Session {
    if (this.#session === undefined) throw new Error('no training is open');
    return this.#session;
  }

  #program(kind: 'weights' | 'architecture', batchSize: number): Promise<Executable> {
    const { plan, supernet, engine, state, programs } = this.#open();
    const key = `${kind}/${batchSize}`;
    const known = programs.get(key);
    if (known !== undefined) return known;
    const program =
      kind === 'weights'
        ? weightStep(supernet, plan.imageShape, batchSize, plan.spec.optimizer)
        : architectureStep(supernet, plan.imageShape, batchSize);
    const compiled = engine.compile(program, state);
    programs.set(key, compiled);
    return compiled;
  }
}
