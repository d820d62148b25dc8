import { callUnary } from '@taskweave/service-kit';
import { withCluster, type ClusterOptions } from './connect-cluster.js';
import { describeState, toJson } from './summary-text.js';

/** `taskweave resume RUN`: puts a run that was stopped or has failed into the queue again. */
export async function resume(run: string, options: ClusterOptions & { json?: boolean }): Promise<void> {
  const { summary } = await withCluster(options, (search) => callUnary(search, 'resumeRun', { run }));
  const told = toJson(summary!);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(told)}\n` : `${run} is ${describeState(told)}\n`,
  );
}
