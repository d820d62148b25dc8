import { elementCount } from '@taskweave/common';
import { estimateProgram, measureSpeedModel, type SpeedModel, type TensorSpec } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import {
  buildSupernet,
  networkCost,
  passPrograms,
  trainingState,
  type Pass,
  type Supernet,
} from '@taskweave/supernet';

/** What a run will take, predicted. Bytes, seconds, and multiply-accumulates. */
export interface RunEstimate {
  readonly parameters: number;
  readonly edges: number;
  /** Of one image, forward. */
  readonly macsPerImage: number;
  readonly memory: {
    /** Weights, running statistics, momentum and accumulated gradients, and what each program hands over: gradients. */
    readonly state: number;
    /** Intermediate tensors of the programs of architecture pass and weight pass, each program with its own pool. */
    readonly activations: { readonly architecture: number; readonly weights: number };
    /** Compiled programs, batches, and what else grows with neither. */
    readonly other: number;
    /** The process itself: Node, libraries, services, and what compiling leaves to be collected. */
    readonly process: number;
    /** All of the above: the most the process ever has, with all services in it. */
    readonly total: number;
  };
  readonly step: {
    readonly architecture: PassEstimate;
    readonly weights: PassEstimate;
    readonly seconds: number;
  };
  /** Steps alone, without evaluations, baselines and start. */
  readonly seconds: number;
}

/** A pass over one batch. */
export interface PassEstimate {
  readonly macs: number;
  readonly seconds: number;
  /** Nodes onnxruntime executes, once a micro-batch. */
  readonly nodes: number;
}

/**
 * What was measured beside the tensors, on two presets and variants of them: for a process with all services, for
 * opening a search, for each node of a loaded program, and in batches under way between data loader and trainer.
 */
const PROCESS_BYTES = 360e6;
const BASE_BYTES = 12e6;
const BYTES_PER_NODE = 30e3;
const BATCHES = 40;
/** Feeds, fetches, updates of state and scheduling, beside the nodes' own time (measured). */
const AROUND_NODES = 1.1;

/** Predicts what a run of a plan takes on this machine's CPU; compiles its programs and measures for a second. */
export async function estimateRun(plan: RunPlan): Promise<RunEstimate> {
  const { spec, imageShape } = plan;
  const { batchSize } = spec.data;
  const supernet = buildSupernet(plan);
  const specs: Record<string, TensorSpec> = {};
  for (const [name, { dtype, shape }] of Object.entries(trainingState(supernet, plan))) {
    specs[name] = { dtype, shape };
  }
  const speed = await measureSpeedModel(spec.engine.threads);
  const context = { plan, supernet, specs, speed };
  const architecture = await estimatePass(context, 'architecture');
  const weights = await estimatePass(context, 'weights');
  const passes = { architecture: architecture.pass, weights: weights.pass };
  const stepSeconds = passes.architecture.seconds + passes.weights.seconds;
  const stateBytes = Object.values(specs).reduce(
    (sum, { shape }) => sum + 4 * elementCount(shape),
    architecture.outputBytes + weights.outputBytes,
  );
  const activations = { architecture: architecture.activationBytes, weights: weights.activationBytes };
  const batchBytes = 4 * batchSize * elementCount(imageShape);
  const loaded = architecture.loadedNodes + weights.loadedNodes;
  const other = BASE_BYTES + BYTES_PER_NODE * loaded + BATCHES * batchBytes;
  const cost = networkCost(supernet);
  return {
    parameters: cost.params,
    edges: supernet.edges.length,
    macsPerImage: cost.macs,
    memory: {
      state: stateBytes,
      activations,
      other,
      process: PROCESS_BYTES,
      total: stateBytes + activations.architecture + activations.weights + other + PROCESS_BYTES,
    },
    step: { ...passes, seconds: stepSeconds },
    seconds: stepSeconds * spec.steps,
  };
}

interface EstimateContext {
  readonly plan: RunPlan;
  readonly supernet: Supernet;
  readonly specs: Readonly<Record<string, TensorSpec>>;
  readonly speed: SpeedModel;
}

/** A pass over one batch, and what its programs keep in memory. */
async function estimatePass(
  { plan, supernet, specs, speed }: EstimateContext,
  pass: Pass,
): Promise<{ pass: PassEstimate; activationBytes: number; outputBytes: number; loadedNodes: number }> {
  const sum = { macs: 0, seconds: 0, nodes: 0 };
  let activationBytes = 0;
  let outputBytes = 0;
  let loadedNodes = 0;
  for (const { program, calls } of passPrograms(supernet, plan, pass, plan.spec.data.batchSize)) {
    const { macs, nodes, updates, ...bytes } = await estimateProgram(program, specs);
    sum.macs += calls * macs;
    sum.nodes += calls * nodes.length;
    sum.seconds += calls * AROUND_NODES * [...nodes, ...updates].reduce((total, work) => total + speed.predict(work), 0);
    activationBytes += bytes.activationBytes;
    outputBytes += bytes.outputBytes;
    loadedNodes += nodes.length;
  }
  return { pass: sum, activationBytes, outputBytes, loadedNodes };
}
