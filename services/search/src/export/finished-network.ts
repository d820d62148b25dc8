import { TaskweaveError } from '@taskweave/common';
import { decodeSafetensors } from '@taskweave/checkpoints';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet, checkFit, type Supernet } from '@taskweave/supernet';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readModel, WEIGHTS_FILE } from '../run/model.js';
import { readResult } from '../run/result.js';
import type { RunFolder } from '../run/run-folder.js';
import type { Scores } from '../run/scores.js';

/** The discrete network that a run ended with. */
export interface FinishedNetwork {
  readonly run: string;
  readonly plan: RunPlan;
  /** Steps of the search it comes from. */
  readonly step: number;
  /** With the kept edges only. */
  readonly network: Supernet;
  readonly parameters: HostTensors;
  /** On the test split, by task. */
  readonly metrics: Scores;
}

/**
 * Reads the network of a finished run.
 *
 * @throws TaskweaveError FILE_MISSING for a run that is not finished; FILE_MISSING or FILE_DAMAGED naming the file;
 *   CONFIG_INVALID for weights that are not those of the plan
 */
export function readFinishedNetwork(folder: RunFolder): FinishedNetwork {
  const { phase } = folder.readRecord();
  if (phase !== 'completed') throw unfinished(folder, phase);
  const { run, plan, step, edges } = readModel(folder.model);
  const kept = new Set(edges.filter((edge) => edge.kept).map(({ id }) => id));
  const supernet = buildSupernet(plan);
  const network = supernet.withEdges(supernet.edges.filter(({ id }) => kept.has(id)));
  const file = join(folder.model, WEIGHTS_FILE);
  const parameters = hostTensors(decodeSafetensors(readFileSync(file), file).tensors);
  checkFit(network, parameters, folder.model);
  return { run, plan, step, network, parameters, metrics: readResult(folder.result).test.discrete };
}

function unfinished({ path }: RunFolder, phase: string): TaskweaveError {
  const run = basename(path);
  return new TaskweaveError({
    code: 'FILE_MISSING',
    message: `The run ${run} has no discrete network: it is not finished.`,
    subject: path,
    found: phase,
    expected: 'a completed run',
    action: `Finish it with: npx taskweave --resume ${run}`,
  });
}
