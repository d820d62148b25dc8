import { TaskweaveError } from '@taskweave/common';
import {
  safetensorsParts,
  sha256,
  sha256OfParts,
  writeFolder,
  type Checkpoint,
} from '@taskweave/checkpoints';
import type { DrawnEdge } from '@taskweave/diagram';
import { hostTensors, namedTensors } from '@taskweave/engine';
import { damaged, type EdgeChoice, readJsonObject, type Scores, toJsonText } from '@taskweave/runs';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import { buildSupernet, extractDiscrete, type DiscreteNetwork } from '@taskweave/supernet';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const WEIGHTS_FILE = 'weights.safetensors';
export const ARCHITECTURE_FILE = 'architecture.json';

/** The contents of an exported model's architecture.json. */
export interface ModelDescription {
  readonly format: 'taskweave-model';
  readonly version: 1;
  readonly run: string;
  /** Steps of the search it comes from. */
  readonly step: number;
  readonly plan: RunPlan;
  /** All candidate edges, in edge order; the model has those that are kept. */
  readonly edges: readonly (EdgeChoice & { readonly kept: boolean })[];
  /** On the validation split, by task. */
  readonly metrics: Scores;
  readonly weights: { readonly file: string; readonly sha256: string };
}

export interface ModelSource {
  run: string;
  plan: RunPlan;
  checkpoint: Checkpoint;
  edges: readonly DrawnEdge[];
  metrics: Scores;
}

/**
 * Writes the discrete network of a search: its weights as they were trained, dropped edges removed.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`; a model that was there before still is
 */
export async function exportModel(folder: string, source: ModelSource): Promise<DiscreteNetwork> {
  const { run, plan, checkpoint, edges, metrics } = source;
  const parameters = hostTensors(checkpoint.tensors['weights'] ?? []);
  const discrete = extractDiscrete(
    buildSupernet(plan),
    parameters,
    edges.map(({ kept }) => kept),
  );
  const weights = safetensorsParts(namedTensors(discrete.parameters), { format: 'taskweave-model' });
  const description: ModelDescription = {
    format: 'taskweave-model',
    version: 1,
    run,
    step: checkpoint.manifest.step,
    plan,
    edges: edges.map(({ id, probability, kept }) => ({ id, probability, kept })),
    metrics,
    weights: { file: WEIGHTS_FILE, sha256: await sha256OfParts(weights) },
  };
  await writeFolder(
    folder,
    new Map([
      [WEIGHTS_FILE, weights],
      [ARCHITECTURE_FILE, [Buffer.from(toJsonText(description))]],
    ]),
  );
  return discrete;
}

/**
 * The description of an exported model, after verifying its weights.
 *
 * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` naming the file
 */
export function readModel(folder: string): ModelDescription {
  const file = join(folder, ARCHITECTURE_FILE);
  const tree = readJsonObject(file) as Partial<ModelDescription>;
  if (tree.format !== 'taskweave-model') throw damaged(file, 'it does not describe a model');
  if (tree.version !== 1)
    throw damaged(file, `version ${String(tree.version)} is not one this release can read`);
  let plan: RunPlan;
  try {
    plan = parseRunPlan(JSON.stringify(tree.plan));
  } catch (cause) {
    throw damaged(file, TaskweaveError.from(cause).message);
  }
  if (!Array.isArray(tree.edges)) throw damaged(file, 'it has no list of edges');
  const weights = join(folder, WEIGHTS_FILE);
  if (!existsSync(weights)) {
    throw new TaskweaveError({
      code: 'FILE_MISSING',
      message: `${weights} does not exist.`,
      subject: weights,
      expected: 'the weights of the model',
    });
  }
  if (sha256(readFileSync(weights)) !== tree.weights?.sha256) {
    throw damaged(weights, 'its SHA-256 is not the one in architecture.json');
  }
  return { ...(tree as ModelDescription), plan };
}
