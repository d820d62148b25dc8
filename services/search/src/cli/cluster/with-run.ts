import { TaskweaveError } from '@taskweave/common';
import { findRun } from '@taskweave/runs';
import { phaseOf } from '../../run/shown-phase.js';
import {
  clusterAddresses,
  withAddresses,
  type ClusterOptions,
  type SearchConnection,
} from './connect-cluster.js';

export interface RunOptions extends ClusterOptions {
  /** Folder that holds runs which are under way without a cluster. */
  output: string;
}

/**
 * Talks to whoever works on a run: the cluster that is named, or without one the process that runs it.
 *
 * @throws TaskweaveError `RUN_NOT_FOUND`; `RUN_NOT_UNDER_WAY` for a run in a folder that nobody works on
 */
export async function withRun<T>(
  run: string,
  options: RunOptions,
  use: (search: SearchConnection, run: string, inCluster: boolean) => Promise<T>,
): Promise<T> {
  const addresses = clusterAddresses(options);
  if (addresses.length > 0) return withAddresses(addresses, options, (search) => use(search, run, true));
  const folder = findRun(run, options.output);
  const record = folder.readRecord();
  const phase = phaseOf(folder, record);
  if (record.address === undefined || phase === 'interrupted') {
    throw new TaskweaveError({
      code: 'RUN_NOT_UNDER_WAY',
      message: `Nobody works on the run ${run}; it is ${phase}.`,
      subject: run,
      found: phase,
      expected: 'a run that is under way, or a cluster with --cluster',
    });
  }
  return withAddresses([record.address], options, (search) => use(search, record.run, false));
}
