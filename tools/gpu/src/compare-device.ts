import type { ComparisonJob } from './job.js';
import type { OpResult } from './compare-op.js';
import type { Comparisons } from './report.js';
import { runJob } from './run-job.js';

/**
 * Compares ops with the oracle on a device. An op that takes the process down is a failure of that op; the others are
 * compared in a new process.
 *
 * @param onOp told of each op as it begins
 * @param entry of the process; see {@link runJob}
 */
export async function compareDevice(
  { ops, ...job }: Omit<ComparisonJob, 'kind'>,
  onOp: (op: string) => void,
  entry?: string,
): Promise<Comparisons> {
  const results: OpResult[] = [];
  let rest = ops;
  while (rest.length > 0) {
    let current: string | undefined;
    const failure = await runJob(
      { kind: 'comparisons', ...job, ops: rest },
      (message) => {
        if (message.kind === 'op-begins') {
          current = message.op;
          onOp(current);
        } else if (message.kind === 'op') {
          results.push(message.result);
          current = undefined;
        }
      },
      entry,
    );
    if (failure === undefined) break;
    // Not the fault of an op.
    if (current === undefined) return { ops: results, failure };
    results.push({ op: current, failure });
    rest = rest.slice(rest.indexOf(current) + 1);
  }
  return { ops: results };
}
