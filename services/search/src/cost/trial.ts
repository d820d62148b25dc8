import { openEngine, type Engine, type HostTensors } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { TrainingPasses, buildSupernet, learningRateAt, trainingState } from '@taskweave/supernet';
import type { TrialBatches } from './trial-batches.js';
import { TrialSearch } from './trial-search.js';

/** What the seconds of a step are spent on. */
export const PHASES = ['data', 'architecture pass', 'strategy', 'weight pass'] as const;
export type Phase = (typeof PHASES)[number];
export type PhaseSeconds = Record<Phase, number>;

interface Opened {
  readonly plan: RunPlan;
  readonly batches: TrialBatches;
  readonly engine: Engine;
  readonly passes: TrainingPasses;
}

/**
 * The next batch that is not an epoch's last, which is smaller and would need programs of its own. Behind it comes an
 * epoch's first: as large as batches are, or all the data there is.
 */
async function fullBatch(
  batches: TrialBatches,
  split: 'weights' | 'architecture',
  size: number,
): Promise<HostTensors> {
  const batch = await batches.next(split);
  return batch['image']!.shape[0] === size ? batch : batches.next(split);
}

/** The steps of a run on their own: one thread, no messages, nothing stored. For measuring them. */
export class Trial {
  readonly #opened: Opened;
  /** Absent for methods that take weight steps only. */
  readonly #search: TrialSearch | undefined;
  #step = 0;

  /** @param profile see `EngineOptions.profile` */
  static async open(plan: RunPlan, batches: TrialBatches, profile?: string): Promise<Trial> {
    const { spec } = plan;
    const supernet = buildSupernet(plan);
    const engine = await openEngine({ ...spec.engine, ...(profile !== undefined && { profile }) });
    const state = engine.createState(trainingState(supernet, plan));
    const passes = new TrainingPasses({ supernet, plan, engine, state });
    await passes.prepare('architecture');
    await passes.prepare('weights');
    return new Trial({ plan, batches, engine, passes });
  }

  private constructor(opened: Opened) {
    this.#opened = opened;
    this.#search = opened.plan.method === 'search' ? new TrialSearch(opened.plan) : undefined;
  }

  /** One step; how long each of its phases took, in seconds. */
  async step(): Promise<PhaseSeconds> {
    const { plan, batches, passes } = this.#opened;
    const step = this.#step++;
    const { spec } = plan;
    const seconds: PhaseSeconds = { data: 0, 'architecture pass': 0, strategy: 0, 'weight pass': 0 };
    const timed = async <T>(phase: Phase, work: () => T | Promise<T>): Promise<T> => {
      const begin = performance.now();
      try {
        return await work();
      } finally {
        seconds[phase] += (performance.now() - begin) / 1000;
      }
    };
    const batch = (split: 'weights' | 'architecture'): Promise<HostTensors> =>
      timed('data', () => fullBatch(batches, split, spec.data.batchSize));
    const search = this.#search;
    let weightGates: number[] = [];
    if (search !== undefined) {
      const images = await batch('architecture');
      const gates = await timed('strategy', () => search.propose());
      const measured = await timed('architecture pass', () => passes.architecture(images, gates, step));
      weightGates = await timed('strategy', () => search.step(measured));
    }
    const others = await batch('weights');
    const rate = learningRateAt(step % spec.steps, spec.steps, spec.optimizer);
    await timed('weight pass', () => passes.weights(others, weightGates, step, rate));
    return seconds;
  }

  /** Ends the programs; profiles are written now. */
  async close(): Promise<void> {
    const { passes, engine, batches } = this.#opened;
    batches.close();
    await passes.dispose();
    await engine.dispose();
  }
}
