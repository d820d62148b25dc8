import type { HostTensors } from '@taskweave/engine';
import { readResult, type RunFolder, type Scores } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import type { Supernet } from '@taskweave/supernet';
import { loadNetwork } from '../predict/load-network.js';
import { readModel } from '../run/model.js';

/** The discrete network that a run ended with. */
export interface FinishedNetwork {
  readonly run: string;
  readonly plan: RunPlan;
  /** Steps of the run it comes from. */
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
 * @throws TaskweaveError RUN_NOT_FINISHED; FILE_MISSING or FILE_DAMAGED naming the file
 */
export async function readFinishedNetwork(folder: RunFolder): Promise<FinishedNetwork> {
  const { plan, supernet, parameters } = await loadNetwork(folder, folder.readRecord(), 'discrete');
  const { run, step } = readModel(folder.model);
  const metrics = readResult(folder.result).test.discrete;
  return { run, plan, step, network: supernet, parameters, metrics };
}
