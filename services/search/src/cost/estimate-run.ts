import { availableParallelism, freemem } from 'node:os';
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
import { rehearseSteps } from './rehearse-steps.js';
import { stepSeconds } from './step-time.js';
import type { PlannedRun } from './with-plan.js';

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
    /** With the data made ready beside the passes; where nothing was tried, data is taken to keep up. */
    readonly seconds: number;
    /**
     * `tried`: the times are those of a few steps that were taken. `modelled`: such steps would take too much memory or
     * time, and the times follow from those of small networks.
     */
    readonly basis: 'tried' | 'modelled';
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
/** Feeds, fetches and scheduling, beside the nodes' own time (measured). */
const AROUND_NODES = 1.1;
/** Steps are tried that take less than this many seconds and this share of the memory that is free. */
const TRIED_SECONDS = 3;
const TRIED_MEMORY = 0.7;

/**
 * Predicts what a planned run takes on this machine's CPU: compiles its programs, measures how quick the machine is, and
 * tries a few steps unless they are too large for that.
 */
export async function estimateRun(planned: PlannedRun): Promise<RunEstimate> {
  const modelled = await modelRun(planned.plan);
  const { memory, step } = modelled;
  const needed = memory.total - memory.process;
  if (step.seconds > TRIED_SECONDS || needed > TRIED_MEMORY * freemem()) return modelled;
  const tried = await rehearseSteps(planned);
  const { engine, steps } = planned.plan.spec;
  const compute = tried['architecture pass'] + tried.strategy + tried['weight pass'];
  const seconds = stepSeconds({ compute, data: tried.data }, engine.threads, availableParallelism());
  return {
    ...modelled,
    step: {
      architecture: { ...step.architecture, seconds: tried['architecture pass'] },
      weights: { ...step.weights, seconds: tried['weight pass'] },
      seconds,
      basis: 'tried',
    },
    seconds: seconds * steps,
  };
}

/** The prediction by sizes alone. */
async function modelRun(plan: RunPlan): Promise<RunEstimate> {
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
  const seconds = passes.architecture.seconds + passes.weights.seconds;
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
    step: { ...passes, seconds, basis: 'modelled' },
    seconds: seconds * spec.steps,
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
    sum.seconds +=
      calls * AROUND_NODES * [...nodes, ...updates].reduce((total, work) => total + speed.predict(work), 0);
    activationBytes += bytes.activationBytes;
    outputBytes += bytes.outputBytes;
    loadedNodes += nodes.length;
  }
  return { pass: sum, activationBytes, outputBytes, loadedNodes };
}
