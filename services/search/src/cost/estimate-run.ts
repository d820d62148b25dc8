import { initialValues } from '@taskweave/backbones';
import { elementCount } from '@taskweave/common';
import { estimateProgram, measureSpeedModel, type TensorSpec } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { architectureStep, buildSupernet, initialSlots, networkCost, weightStep } from '@taskweave/supernet';

/** What a run will take, predicted. Bytes, seconds, and multiply-accumulates. */
export interface RunEstimate {
  readonly parameters: number;
  readonly edges: number;
  /** Of one image, forward. */
  readonly macsPerImage: number;
  readonly memory: {
    /** Weights, running statistics and momentum, in two buffers each. */
    readonly state: number;
    /** Intermediate tensors of the architecture pass and of the weight pass, each in a pool of its own. */
    readonly activations: { readonly architecture: number; readonly weights: number };
    /** Compiled programs, batches, and what else grows with neither. */
    readonly other: number;
    /** All of the above: what the process grows by. */
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

export interface PassEstimate {
  readonly macs: number;
  readonly seconds: number;
  /** Nodes onnxruntime executes. */
  readonly nodes: number;
}

/**
 * What was measured beside the tensors, on two presets and two of their variants: fixed, for each node of a loaded
 * program, and in batches under way between data loader and trainer.
 */
const BASE_BYTES = 12e6;
const BYTES_PER_NODE = 30e3;
const BATCHES = 40;
/** Pools have gaps, and some operators have scratch memory. */
const POOL_SLACK = 1.08;
/** Feeds, fetches, updates of state and scheduling, beside the nodes' own time (measured). */
const AROUND_NODES = 1.1;

/** Predicts what a run of a plan takes on this machine's CPU; compiles its programs and measures for a second. */
export async function estimateRun(plan: RunPlan): Promise<RunEstimate> {
  const { spec, imageShape } = plan;
  const { batchSize } = spec.data;
  const supernet = buildSupernet(plan);
  const specs: Record<string, TensorSpec> = {};
  for (const [name, { dtype, shape }] of Object.entries({
    ...initialValues(supernet.parameters, spec.seed),
    ...initialSlots(supernet.parameters),
  })) {
    specs[name] = { dtype, shape };
  }
  const architecture = await estimateProgram(architectureStep(supernet, imageShape, batchSize), specs);
  const weights = await estimateProgram(weightStep(supernet, imageShape, batchSize, spec.optimizer), specs);
  const speed = await measureSpeedModel(spec.engine.threads);
  const pass = ({ macs, nodes }: typeof weights): PassEstimate => ({
    macs,
    nodes: nodes.length,
    seconds: AROUND_NODES * nodes.reduce((sum, node) => sum + speed.predict(node), 0),
  });
  const passes = { architecture: pass(architecture), weights: pass(weights) };
  const stepSeconds = passes.architecture.seconds + passes.weights.seconds;
  const stateBytes = Object.values(specs).reduce((sum, { shape }) => sum + 2 * 4 * elementCount(shape), 0);
  const activations = {
    architecture: architecture.activationBytes * POOL_SLACK,
    weights: weights.activationBytes * POOL_SLACK,
  };
  const batchBytes = 4 * batchSize * elementCount(imageShape);
  const nodes = passes.architecture.nodes + passes.weights.nodes;
  const other = BASE_BYTES + BYTES_PER_NODE * nodes + BATCHES * batchBytes;
  const cost = networkCost(supernet);
  return {
    parameters: cost.params,
    edges: supernet.edges.length,
    macsPerImage: cost.macs,
    memory: {
      state: stateBytes,
      activations,
      other,
      total: stateBytes + activations.architecture + activations.weights + other,
    },
    step: { ...passes, seconds: stepSeconds },
    seconds: stepSeconds * spec.steps,
  };
}
