import {
  float32,
  int32,
  type Engine,
  type EngineState,
  type Executable,
  type HostTensors,
  type Program,
} from '@taskweave/engine';
import { applyStep } from '../programs/accumulate-step.js';
import { lossName } from '../programs/batch.js';
import type { Supernet } from '../supernet.js';
import { accumulatesGradients } from './accumulates.js';
import { microBatchProgram, passPrograms, type Pass, type TrainingPlan } from './pass-programs.js';
import { microBatchSizes, splitBatch } from './split-batch.js';

export interface TrainingPassesOptions {
  readonly supernet: Supernet;
  readonly plan: TrainingPlan;
  readonly engine: Engine;
  /** Made from `trainingState`. */
  readonly state: EngineState;
}

/** Which part of a batch a trainer works on, when several share it. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

const WHOLE: Shard = { index: 0, count: 1 };

/** What a pass over a batch measured: means over the batch. */
export interface PassResult {
  /** By task, before the tasks' loss weights. */
  readonly losses: Record<string, number>;
}

export interface ArchitecturePassResult extends PassResult {
  /** d(weighted sum of losses)/d(gate), in edge order. */
  readonly gateGradients: number[];
}

/** What one micro-batch gave. */
interface PartResult {
  readonly share: number;
  readonly outputs: HostTensors;
}

/** Numbers of draws are int32. */
const DRAWS = 2 ** 31;

/**
 * The passes of training steps over batches. With `data.microBatches` above 1 a batch is worked through in parts:
 * losses and gradients are means over the batch, batch normalisation's statistics are those of each part, and running
 * statistics move once a part.
 */
export class TrainingPasses {
  readonly #options: TrainingPassesOptions;
  /** By what they do and to how many examples: shapes are static, and an epoch's last batch is smaller. */
  readonly #programs = new Map<string, Promise<Executable>>();

  constructor(options: TrainingPassesOptions) {
    this.#options = options;
  }

  /** Compiles what full batches need; programs for other sizes are compiled when such a batch comes. */
  async prepare(pass: Pass, { index, count }: Shard = WHOLE): Promise<void> {
    const { supernet, plan } = this.#options;
    const examples = microBatchSizes(plan.spec.data.batchSize, count)[index]!;
    for (const { program, size } of passPrograms(supernet, plan, pass, examples)) {
      await this.#compiled(`${pass}/${size}`, () => program);
    }
    if (pass === 'weights') await this.#applyProgram();
  }

  /** Gradients of the gates on a batch, or on a shard of it. Changes running statistics only. */
  async architecture(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    shard = WHOLE,
  ): Promise<ArchitecturePassResult> {
    const parts = await this.#run('architecture', batch, gates, { step, shard });
    const gateGradients = mean(parts, ({ gateGradient }) => [...gateGradient!.data]);
    return { gateGradients, losses: this.#losses(parts) };
  }

  /** One SGD step of all weights on a batch, or by a shard of it alone. */
  async weights(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    learningRate: number,
    shard = WHOLE,
  ): Promise<PassResult> {
    const rate = { learningRate: float32([], [learningRate]) };
    const parts = await this.#run('weights', batch, gates, { step, shard }, rate);
    await (await this.#applyProgram())?.run(rate);
    return { losses: this.#losses(parts) };
  }

  /**
   * The gradients of all weights on a shard of a batch, left in their accumulators for {@link update}. Only where
   * gradients are accumulated.
   */
  async gradients(
    batch: HostTensors,
    gates: readonly number[],
    step: number,
    shard: Shard,
  ): Promise<PassResult> {
    return { losses: this.#losses(await this.#run('weights', batch, gates, { step, shard })) };
  }

  /** One SGD step of all weights by the gradients in their accumulators, which are 0 afterwards. */
  async update(learningRate: number): Promise<void> {
    await (await this.#applyProgram())!.run({ learningRate: float32([], [learningRate]) });
  }

  async dispose(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).dispose();
    this.#programs.clear();
  }

  async #run(
    pass: Pass,
    batch: HostTensors,
    gates: readonly number[],
    { step, shard }: { step: number; shard: Shard },
    scalars: HostTensors = {},
  ): Promise<PartResult[]> {
    const { supernet, plan } = this.#options;
    const { microBatches } = plan.spec.data;
    // Every part of every shard of every step drops other elements: those of one trainer with as many parts.
    const firstDraw = (step * shard.count + shard.index) * microBatches;
    const results: PartResult[] = [];
    for (const [part, { tensors, share }] of splitBatch(batch, microBatches).entries()) {
      const size = tensors['image']!.shape[0]!;
      const program = await this.#compiled(`${pass}/${size}`, () =>
        microBatchProgram(supernet, plan, pass, size),
      );
      const outputs = await program.run({
        ...tensors,
        ...scalars,
        ...(gates.length > 0 && { gates: float32([gates.length], gates) }),
        share: float32([], [share]),
        step: int32([], [(firstDraw + part) % DRAWS]),
      });
      results.push({ share, outputs });
    }
    return results;
  }

  #losses(parts: readonly PartResult[]): Record<string, number> {
    const ids = this.#options.supernet.networks.map(({ task }) => task.id);
    const means = mean(parts, (outputs) => ids.map((id) => outputs[lossName(id)]!.data[0]!));
    return Object.fromEntries(ids.map((id, i) => [id, means[i]!]));
  }

  /** What ends a weight pass where gradients are accumulated. */
  async #applyProgram(): Promise<Executable | undefined> {
    const { supernet, plan } = this.#options;
    return accumulatesGradients(plan.spec)
      ? this.#compiled('apply', () => applyStep(supernet, plan.spec.optimizer))
      : undefined;
  }

  #compiled(key: string, program: () => Program): Promise<Executable> {
    const { engine, state } = this.#options;
    const known = this.#programs.get(key) ?? engine.compile(program(), state);
    this.#programs.set(key, known);
    return known;
  }
}

/** Mean over a batch of what its parts gave. */
function mean(parts: readonly PartResult[], values: (outputs: HostTensors) => number[]): number[] {
  return parts
    .map(({ share, outputs }) => values(outputs).map((value) => share * value))
    .reduce((sums, terms) => sums.map((sum, i) => sum + terms[i]!));
}
