import { TaskweaveError } from '@taskweave/common';
import { latestCheckpoint, readSafetensorsFile } from '@taskweave/checkpoints';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import type { RunFolder, RunRecord } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet, type Supernet } from '@taskweave/supernet';
import { join } from 'node:path';
import { WEIGHTS_FILE, readModel } from '../run/model.js';

/** The networks of a run that can predict. */
export const PREDICTORS = ['discrete', 'soft'] as const;
export type Predictor = (typeof PREDICTORS)[number];

/** A trained network, ready for an engine. */
export interface TrainedNetwork {
  readonly plan: RunPlan;
  readonly supernet: Supernet;
  readonly parameters: HostTensors;
  /** One per edge, for the supernet of a search; absent for a discrete network. */
  readonly gates?: readonly number[];
}

/**
 * The network of a completed run: the exported model, or the supernet with its soft gates.
 *
 * @throws TaskweaveError `RUN_NOT_FINISHED`; `FILE_MISSING`, `FILE_DAMAGED` or `CHECKPOINT_DAMAGED` naming the file;
 *   `CONFIG_INVALID` for the supernet of a run that has none
 */
export async function loadNetwork(
  folder: RunFolder,
  record: RunRecord,
  which: Predictor,
): Promise<TrainedNetwork> {
  if (record.phase !== 'completed') throw notFinished(record);
  return which === 'discrete' ? loadModel(folder.model) : loadSupernet(folder, record);
}

async function loadModel(folder: string): Promise<TrainedNetwork> {
  const { plan, edges } = readModel(folder);
  const file = join(folder, WEIGHTS_FILE);
  const parameters = hostTensors((await readSafetensorsFile(file)).tensors);
  const all = buildSupernet(plan);
  const kept = new Set(edges.filter((edge) => edge.kept).map(({ id }) => id));
  const supernet = all.withEdges(all.edges.filter(({ id }) => kept.has(id)));
  checkFit(supernet, parameters, file);
  return { plan, supernet, parameters };
}

async function loadSupernet(folder: RunFolder, { plan, run }: RunRecord): Promise<TrainedNetwork> {
  const supernet = buildSupernet(plan);
  const checkpoint = await latestCheckpoint(folder.search.checkpoints);
  const gates = checkpoint?.tensors['architecture']?.find(({ name }) => name === 'soft_gates')?.data;
  if (checkpoint === undefined || gates === undefined || supernet.gateCount === 0) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `The run ${run} has no supernet with soft gates.`,
      subject: '--network',
      found: 'soft',
      expected: 'discrete',
    });
  }
  const parameters = hostTensors(checkpoint.tensors['weights'] ?? []);
  checkFit(supernet, parameters, checkpoint.folder);
  return { plan, supernet, parameters, gates: Array.from(gates, Number) };
}

/** Refuses weights that are not those of the network, naming the first that differs. */
function checkFit({ parameters }: Supernet, values: HostTensors, file: string): void {
  for (const { name, shape } of parameters) {
    const found = values[name]?.shape;
    if (found?.join() === shape.join()) continue;
    throw new TaskweaveError({
      code: 'FILE_DAMAGED',
      message: 'The weights are not those of the network.',
      subject: `${file}, ${name}`,
      found: found === undefined ? 'nothing' : `[${found.join(', ')}]`,
      expected: `[${shape.join(', ')}]`,
    });
  }
}

function notFinished({ run, phase }: RunRecord): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_FINISHED',
    message: `The run ${run} is not completed, so it has no trained network yet.`,
    subject: 'RUN',
    found: phase,
    expected: 'completed',
    action: `See how far it is with: npx taskweave show ${run}`,
  });
}
