/**
 * The search specification: everything a run depends on, as one JSON tree. The same keys are used in YAML files,
 * in `--set path=value` and in the stored run. Objects are strict (an unknown key is an error) and every key has
 * a default except `tasks[].id`.
 *
 * `options` of strategy, data set and backbone are opaque here; each plug-in's own schema checks them
 * (see `plugins.ts`).
 */
import type { Json } from '@taskweave/common';
import { z } from 'zod';
import { METHODS } from './method.js';

const MAX_STEPS = 2 ** 31 - 1;

/** A short name that is also safe as part of a file name. */
export const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .meta({ expected: "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit" });

const positive = z.number().gt(0).max(1e6);
const share = z.number().min(0).max(1);
const options = z.record(z.string(), z.custom<Json>()).default({});

/** A file or folder, as an absolute path once it is resolved (see `file-paths.ts`). */
const path = z.string().min(1).max(4096).meta({ expected: 'the path of a file or folder' });

const engine = z.strictObject({
  /** `onnx`: traced graphs; `cpu`: eager plain JavaScript, the oracle; `tensorflow`: optional native peer. */
  id: z.enum(['onnx', 'cpu', 'tensorflow']).default('onnx'),
  /** `auto` (cuda, else webgpu, else cpu: the first that opens) is settled when the run starts, and recorded. */
  device: z.enum(['cpu', 'cuda', 'webgpu', 'auto']).default('cpu'),
  /** Threads of one operator. */
  threads: z.int().min(1).max(64).default(2),
  /**
   * Stages whose feature maps are not kept for the gradient but computed a second time: less memory, up to a third more
   * time, the same bits. Names of stages, `all`, or `none`. Engines other than `onnx` keep everything.
   */
  recompute: z
    .union([z.enum(['none', 'all']), z.array(identifier)])
    .default('none')
    .meta({ expected: "'none', 'all' or a list of names of stages" }),
});

const data = z.strictObject({
  set: identifier.default('multi-mnist'),
  /** Examples per minibatch, in either half. */
  batchSize: z.int().min(1).max(65_536).default(64),
  /**
   * How many near-equal parts a batch of either half is worked through in, so that the activations of only one part are
   * in memory; at most batchSize, and best a divisor of it: parts of two sizes take two programs, with memory each.
   * Losses and gradients are means over the batch, each part weighed by its examples. Batch normalisation takes the
   * statistics of each part, and updates the running ones once a part: results differ from those of one part by that
   * (and, where pixels without label are left out of a loss, by each part's mean being over its own labelled pixels).
   */
  microBatches: z.int().min(1).max(65_536).default(1),
  /** Share of the training set that trains weights; the rest trains the architecture. */
  trainSplit: z.number().gt(0).lt(1).default(0.5),
  /** Whether the two halves are drawn anew every epoch (`true`) or fixed for the run. */
  mixed: z.boolean().default(true),
  options,
});

const backbone = z.strictObject({
  id: identifier.default('vgg-mini'),
  /**
   * The channels of the image that the network is given, in this order, e.g. those of one sensor; all of them unless it is
   * said. Other tasks' channels reach it through cross-task edges only.
   */
  inputChannels: z
    .array(z.int().min(0).max(65_535))
    .min(1)
    .refine((channels) => new Set(channels).size === channels.length, 'expected no channel twice')
    .optional(),
  options,
});

const task = z.strictObject({
  id: identifier,
  /** Factor of this task's loss in the sum that is minimised. */
  lossWeight: positive.default(1),
  backbone: backbone.prefault({}),
  /** As that of the spec, for this task's network alone; goes before it. */
  initialWeights: path.optional(),
});

const space = z.strictObject({
  /**
   * Which sources may feed a fusion node. `same-block`: those at the same place or before in the same resolution block
   * (MTL-NAS, CVPR 2020); `cross-block`: any stage that is no deeper, resized to the target's resolution.
   */
  rule: z.enum(['same-block', 'cross-block']).default('same-block'),
  /** A source lies fewer than this many stages above its target (MTL-NAS, CVPR 2020: 3); 1024 is no limit. */
  depthLimit: z.int().min(1).max(1024).default(3),
  /** Edges of the architecture that the method `random` draws: a number of candidates, or half of them, rounded down. */
  randomEdges: z
    .union([z.int().min(0).max(1e6), z.literal('half')])
    .default('half')
    .meta({ expected: "an integer from 0 to 1000000 or 'half'" }),
});

const fusion = z.strictObject({
  /** Initial weight of the own feature and of all fused features together, or random (Kaiming, fan-out). */
  init: z
    .union([z.tuple([share, share]), z.literal('kaiming')])
    .meta({ expected: "a list of two numbers from 0 to 1 (own weight, cross weight) or 'kaiming'" })
    .default([0.9, 0.1]),
  /** Added to the variance in batch normalisation. */
  epsilon: z.number().gt(0).max(1).default(1e-3),
  /** Share of the batch statistics in the running statistics. */
  momentum: z.number().gt(0).max(1).default(0.05),
});

const strategy = z.strictObject({ id: identifier.default('mtl-nas'), options });

const optimizer = z.strictObject({
  learningRate: z.number().gt(0).max(1000).default(0.05),
  momentum: z.number().min(0).lt(1).default(0.9),
  /** Coupled L2: added to the gradient of every parameter. */
  weightDecay: share.default(2.5e-4),
  schedule: z.enum(['poly', 'cosine', 'step']).default('poly'),
  /** Exponent of the `poly` schedule. */
  power: z.number().gt(0).max(100).default(0.9),
  /** Steps of linear warm-up. */
  warmupSteps: z.int().min(0).max(MAX_STEPS).default(0),
  /** Learning-rate factor of fusion convolutions and their batch normalisation. */
  fusionFactor: positive.default(1),
  classifierWeightFactor: positive.default(1),
  classifierBiasFactor: positive.default(1),
});

const evaluation = z.strictObject({
  /** Steps between evaluations; 0 evaluates at the end only. */
  every: z.int().min(0).max(MAX_STEPS).default(300),
  /**
   * Examples of the validation split that are drawn at an evaluation, each with what is true and what the discrete network
   * says; 0 draws none. At most 20 evaluations, spread over the run, and the newest one keep their pictures.
   */
  pictures: z.int().min(0).max(8).default(4),
});

const checkpoint = z.strictObject({
  /** Steps between checkpoints. */
  every: z.int().min(1).max(MAX_STEPS).default(200),
  /** How many of the newest checkpoints are kept. */
  keep: z.int().min(1).max(1000).default(2),
});

const trainers = z.strictObject({
  /**
   * How many trainers share the steps: each works on a part of every batch, as near to equal as can be; at most
   * data.batchSize. Batch normalisation takes the statistics of each part.
   */
  count: z.int().min(1).max(1024).default(1),
  /**
   * Steps between averages of weights, their optimizer's slots and running statistics over the trainers. With 1 a step
   * is one by the gradient of the whole batch; with more, each trainer goes its own way in between. Gates are common to all
   * trainers in every step.
   */
  averageEvery: z.int().min(1).max(MAX_STEPS).default(1),
  /** Seconds that the others wait for a trainer before they go on without it; ten times as long before the first step. */
  deadline: z.number().min(0.1).max(86_400).default(60),
});

/** The schema of a search specification, section by section. Cross-field rules are in `cross-checks.ts`. */
export const runSpecSchema = z.strictObject({
  name: identifier.default('digits'),
  /** Everything random follows from it. */
  seed: z.int().min(0).max(0xffffffff).default(1),
  /**
   * `search`, or one of the fixed networks that a search is compared with. All take the same weight steps on the same
   * batches; only a search has architecture steps too.
   */
  method: z.enum(METHODS).default('search'),
  /** Each is one weight step and, in a search, one architecture step before it. */
  steps: z.int().min(1).max(MAX_STEPS).default(600),
  engine: engine.prefault({}),
  data: data.prefault({}),
  tasks: z
    .array(task)
    .min(2)
    .prefault([{ id: 'left' }, { id: 'right' }]),
  /**
   * What training starts from: a safetensors file with the names of timm, of the reference implementation or of
   * Taskweave, or the folder of a completed run of the method `single-task`. What it says nothing of, and everything
   * unless given, starts at random. In a file the path is relative to that file.
   */
  initialWeights: path.optional(),
  space: space.prefault({}),
  fusion: fusion.prefault({}),
  strategy: strategy.prefault({}),
  optimizer: optimizer.prefault({}),
  evaluation: evaluation.prefault({}),
  checkpoint: checkpoint.prefault({}),
  trainers: trainers.prefault({}),
});

/** A complete, checked specification. Plain JSON; parsing it again gives the same value. */
export type RunSpec = z.output<typeof runSpecSchema>;
