import { buildSupernet, importWeights, type ImportedWeights, type Supernet } from '@taskweave/supernet';
import type { NamedTensor } from '@taskweave/common';
import type { NetworkScores } from '@taskweave/runs';
import type { RunSpec } from '@taskweave/spec';
import { currentTraceparent } from '@taskweave/telemetry';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../run/plan.js';
import type { RunControl } from '../run/run-control.js';
import { evaluate, type SplitName } from '../run/evaluate.js';
import { ServiceGroup } from '../run/services.js';
import { gatesOf } from './measure.js';
import { storeWeights } from './store-weights.js';

export interface ScoredWeights {
  readonly supernet: Supernet;
  readonly weights: ImportedWeights;
  /** Under soft gates, and of the discrete network. */
  readonly scores: NetworkScores;
}

/** Scores weights of a file on a split of the config's data set, as checkpoints are scored. */
export async function scoreWeights(
  spec: RunSpec,
  file: { readonly name: string; readonly tensors: readonly NamedTensor[] },
  split: SplitName,
  control: RunControl,
): Promise<ScoredWeights> {
  const onCrash = control.abort.bind(control);
  const services = await ServiceGroup.start(['data-loader', 'evaluator'], { processes: false, onCrash });
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-weights-'));
  try {
    control.throwIfEnding();
    const plan = await makePlan(spec, services.connection('data-loader'), control.signal);
    const supernet = buildSupernet(plan);
    const weights = importWeights(supernet, file.tensors, { source: file.name, seed: spec.seed });
    const value = await storeWeights(folder, spec.name, plan, {
      weights: weights.parameters,
      gates: gatesOf(supernet, weights),
      traceparent: currentTraceparent(),
    });
    const source = { $case: 'checkpoint', value } as const;
    const request = { run: spec.name, plan, source, split, networks: ['soft', 'discrete'] } as const;
    return { supernet, weights, scores: await evaluate(services, request, control.signal) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await services.stop();
  }
}
