import { TaskweaveError } from '@taskweave/common';
import { openEngine } from '@taskweave/engine';
import { benchmark } from './benchmark.js';
import { compareOp } from './compare-op.js';
import type { ComparisonJob, Job, JobMessage } from './job.js';

/** Entry of the process that does a job (see `run-job.ts`). Its argument is a {@link Job}. */

const tell = (message: JobMessage): Promise<void> =>
  new Promise((resolve) => process.send!(message, () => resolve()));

async function compare({ device, threads, ops, cases }: ComparisonJob): Promise<void> {
  const engine = await openEngine({ id: 'onnx', device, threads });
  const oracle = await openEngine({ id: 'cpu', threads: 1 });
  for (const op of ops) {
    await tell({ kind: 'op-begins', op });
    await tell({ kind: 'op', result: await compareOp(op, engine, oracle, cases) });
  }
}

async function main(): Promise<void> {
  try {
    const job = JSON.parse(process.argv[2] ?? '') as Job;
    if (job.kind === 'comparisons') await compare(job);
    else {
      const result = await benchmark(job, () => void tell({ kind: 'iteration-begins' }));
      await tell({ kind: 'benchmark', result });
    }
    await tell({ kind: 'done' });
  } catch (thrown) {
    await tell({ kind: 'failed', error: TaskweaveError.from(thrown).toDetails() });
  }
  process.exit(0);
}

await main();
