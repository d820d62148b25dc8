import { callUnary } from '@taskweave/service-kit';
import { formatTable } from '../format.js';
import { withCluster, type ClusterOptions } from './connect-cluster.js';
import { toJson } from './summary-text.js';

/** `taskweave runs --cluster`: one line a run, in the order in which they were submitted. */
export async function listClusterRuns(options: ClusterOptions & { json?: boolean }): Promise<void> {
  const { runs } = await withCluster(options, (search) => callUnary(search, 'listRuns', {}));
  const told = runs.map(toJson);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return;
  }
  if (told.length === 0) {
    process.stdout.write('The cluster has no runs yet. Submit one with: npx taskweave submit\n');
    return;
  }
  const table = formatTable([
    ['run', 'state', 'steps', 'queue', 'trainers', 'restarts'],
    ...told.map(({ run, state, step, steps, queuePosition, trainers, restarts }) => [
      run,
      state,
      `${step}/${steps}`,
      queuePosition > 0 ? String(queuePosition) : '-',
      trainers.length > 0 ? trainers.join(' ') : '-',
      restarts > 0 ? String(restarts) : '-',
    ]),
  ]);
  const notes = ['', ...told.map(({ reason, scores }) => scores || reason)];
  const lines = table.trimEnd().split('\n');
  process.stdout.write(lines.map((line, i) => `${`${line}   ${notes[i]!}`.trimEnd()}\n`).join(''));
}
