import { float32, openEngine, type HostTensor } from '@taskweave/engine';
import { directionsOf } from '@taskweave/search-space';
import type { RunSpec } from '@taskweave/spec';
import {
  measureBatch,
  outputName,
  readLosses,
  recomputedSegments,
  labelName,
  type ImportedBatch,
  type ImportedWeights,
  type Supernet,
} from '@taskweave/supernet';
import { taskKinds } from '@taskweave/tasks';

/** How batch normalisation works: by the statistics of the batch, or by the running ones. */
export type Mode = 'train' | 'eval';

/** A task's raw outputs for a batch, before they are brought to the labels' size. */
export interface OutputSummary {
  readonly shape: readonly number[];
  readonly sum: number;
  readonly absoluteSum: number;
}

export interface Measurement {
  readonly mode: Mode;
  /** By task, before its loss weight, and `total`, the weighted sum. */
  readonly losses: Readonly<Record<string, number>>;
  /** By task. */
  readonly outputs: Readonly<Record<string, OutputSummary>>;
  /** By task and name of the metric. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** d(total)/d(alpha) of the edges into each task, in edge order, where gate = sigmoid(alpha). */
  readonly alpha_gradients?: Readonly<Record<string, readonly number[]>>;
}

export interface MeasureRequest {
  readonly spec: RunSpec;
  readonly supernet: Supernet;
  readonly weights: ImportedWeights;
  readonly batch: ImportedBatch;
  readonly mode: Mode;
  /** Whether to compute `alpha_gradients`. */
  readonly gradients: boolean;
}

/** Gates of a supernet with these weights: sigmoid(alpha), where alpha is 0 unless the file holds it. */
export function gatesOf({ edges }: Supernet, { alphas }: ImportedWeights): number[] {
  return edges.map((_, index) => 1 / (1 + Math.exp(-(alphas?.[index] ?? 0))));
}

/** One number per edge, by the task that the edge leads into. */
export function byTarget({ edges, networks }: Supernet, values: ArrayLike<number>): Record<string, number[]> {
  return Object.fromEntries(
    networks.map(({ task }, network) => {
      const incoming = directionsOf(edges).filter(({ targetNetwork }) => targetNetwork === network);
      const order = incoming.flatMap((direction) => direction.edges).sort((a, b) => a - b);
      return [task.id, order.map((index) => values[index]!)];
    }),
  );
}

/** Runs one batch through the supernet under its soft gates, without dropout. */
export async function measure(request: MeasureRequest): Promise<Measurement> {
  const { spec, supernet, weights, batch, mode, gradients } = request;
  const gates = gatesOf(supernet, weights);
  const engine = await openEngine(spec.engine);
  try {
    const options = { training: mode === 'train', gradients };
    const recompute = recomputedSegments(supernet.declarations, spec.engine.recompute);
    const program = { ...measureBatch(supernet, batch.imageShape, batch.size, options), recompute };
    const executable = await engine.compile(program, engine.createState(weights.parameters));
    const results = await executable.run({ ...batch.tensors, gates: float32([gates.length], gates) });
    await executable.dispose();
    const losses = readLosses(supernet, results);
    const tasks = supernet.networks.map(({ task }) => task);
    return {
      mode,
      losses: {
        ...losses,
        total: supernet.networks.reduce(
          (sum, { task, lossWeight }) => sum + lossWeight * losses[task.id]!,
          0,
        ),
      },
      outputs: Object.fromEntries(tasks.map(({ id }) => [id, summarise(results[outputName(id)]!)])),
      metrics: Object.fromEntries(
        tasks.map((task) => {
          const metric = taskKinds[task.kind].metric(task);
          metric.add(results[outputName(task.id)]!, batch.tensors[labelName(task.id)]!);
          const values = [metric.result(), ...metric.details()];
          return [task.id, Object.fromEntries(values.map(({ name, value }) => [name, value]))];
        }),
      ),
      ...(gradients && {
        alpha_gradients: byTarget(
          supernet,
          gates.map((gate, i) => results['gateGradient']!.data[i]! * gate * (1 - gate)),
        ),
      }),
    };
  } finally {
    await engine.dispose();
  }
}

function summarise({ shape, data }: HostTensor): OutputSummary {
  let sum = 0;
  let absoluteSum = 0;
  for (const value of data) {
    sum += value;
    absoluteSum += Math.abs(value);
  }
  return { shape: [...shape], sum, absoluteSum };
}
