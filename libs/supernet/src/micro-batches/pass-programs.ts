import type { Program } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { accumulateStep } from '../programs/accumulate-step.js';
import { architectureStep } from '../programs/architecture-step.js';
import { weightStep } from '../programs/weight-step.js';
import { recomputedSegments } from '../recompute.js';
import type { Supernet } from '../supernet.js';
import { accumulatesGradients } from './accumulates.js';
import { microBatchSizes } from './split-batch.js';

/** The two passes over batches that a training step is made of. */
export type Pass = 'architecture' | 'weights';

/** What programs depend on beside the network. */
export type TrainingPlan = Pick<RunPlan, 'spec' | 'imageShape'>;

/** A program of a pass, and how often a batch calls it. */
export interface PassProgram {
  readonly program: Program;
  /** Examples of the micro-batches it runs on. */
  readonly size: number;
  readonly calls: number;
}

/**
 * The program that a pass runs on each micro-batch of a size. Where gradients are not accumulated the weight pass is one
 * program; else `applyStep` follows the last.
 */
export function microBatchProgram(
  supernet: Supernet,
  { spec, imageShape }: TrainingPlan,
  pass: Pass,
  size: number,
): Program {
  const { optimizer, seed } = spec;
  // Networks that drop nothing do not read the step.
  const dropout = { dropoutSeed: seed };
  const recompute = recomputedSegments(supernet.declarations, spec.engine.recompute);
  if (!accumulatesGradients(spec)) {
    const whole =
      pass === 'architecture'
        ? architectureStep(supernet, imageShape, size, dropout)
        : weightStep(supernet, imageShape, size, optimizer, dropout);
    return { ...whole, recompute };
  }
  const program =
    pass === 'architecture'
      ? architectureStep(supernet, imageShape, size, dropout)
      : accumulateStep(supernet, imageShape, size, dropout);
  // A batch may need two sizes: profiles and messages tell them apart by name.
  return { ...program, recompute, name: `${program.name}-of-${size}` };
}

/**
 * The programs that a pass runs on the micro-batches of a batch, one for each of their sizes; none for the architecture
 * pass of networks without gates, which have no such pass.
 */
export function passPrograms(
  supernet: Supernet,
  plan: TrainingPlan,
  pass: Pass,
  batchSize: number,
): PassProgram[] {
  if (pass === 'architecture' && supernet.gateCount === 0) return [];
  const sizes = microBatchSizes(batchSize, plan.spec.data.microBatches);
  return [...new Set(sizes)].map((size) => ({
    program: microBatchProgram(supernet, plan, pass, size),
    size,
    calls: sizes.filter((other) => other === size).length,
  }));
}
