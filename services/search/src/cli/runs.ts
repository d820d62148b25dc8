import { listRuns, nameOfRun, readHistory, readResult, type RunFolder, stepsCovered } from '@taskweave/runs';
import { describeScores } from '../run/score-text.js';
import { clusterAddresses, type ClusterOptions } from './cluster/connect-cluster.js';
import { formatTable } from './format.js';
import { phaseOf } from '../run/shown-phase.js';

interface RunSummary {
  run: string;
  phase: string;
  step: number;
  steps: number;
  /** Scores of the discrete network on the test split, for people. */
  scores: string;
}

function summarise(folder: RunFolder, output: string): RunSummary {
  const run = nameOfRun(folder, output);
  try {
    const record = folder.readRecord();
    const { steps } = record.plan.spec;
    const completed = record.phase === 'completed';
    return {
      run,
      phase: phaseOf(folder, record),
      step: completed ? steps : stepsCovered(readHistory(folder.search.history)),
      steps,
      scores: completed ? describeScores(readResult(folder.result).test.discrete) : '',
    };
  } catch {
    // One damaged run must not hide the others; `show` says what is wrong with it.
    return { run, phase: 'damaged', step: 0, steps: 0, scores: '' };
  }
}

/** `taskweave runs`: those of the cluster that is named, or those in a folder. */
export async function listRunsOf(
  options: ClusterOptions & { output: string; json?: boolean },
): Promise<void> {
  if (clusterAddresses(options).length === 0) return listAllRuns(options);
  await (await import('./cluster/runs.js')).listClusterRuns(options);
}

/** One line a run, those of a sweep together; by name, so that of one name the oldest is first. */
function listAllRuns({ output, json }: { output: string; json?: boolean }): void {
  const summaries = listRuns(output).map((folder) => summarise(folder, output));
  if (json === true) {
    process.stdout.write(`${JSON.stringify(summaries)}\n`);
    return;
  }
  if (summaries.length === 0) {
    process.stdout.write(`No runs in ${output} yet. Start one with: npx taskweave\n`);
    return;
  }
  const rows = summaries.map(({ run, phase, step, steps, scores }) => [
    run,
    phase,
    `${step}/${steps}`,
    scores,
  ]);
  process.stdout.write(formatTable([['run', 'phase', 'steps', 'test, discrete network'], ...rows]));
}
