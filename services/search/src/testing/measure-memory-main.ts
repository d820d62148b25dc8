import { resolveSpec } from '@taskweave/spec';
import { parseArgs } from 'node:util';
import { Trial } from '../cost/trial.js';
import { TrialBatches } from '../cost/trial-batches.js';
import { withPlan } from '../cost/with-plan.js';
import { plugins } from '../run/plugins.js';
import { RunControl } from '../run/run-control.js';

/** Prints by how many bytes this process grows when it opens a search and takes three steps. */

const { values } = parseArgs({ options: { preset: { type: 'string' }, batch: { type: 'string' } } });
const assignments = values.batch === undefined ? [] : [`data.batchSize=${values.batch}`];
const spec = resolveSpec(
  { preset: values.preset, assignments: [...assignments, 'engine.threads=1'] },
  plugins,
);
await withPlan(spec, new RunControl(), async ({ plan, services }) => {
  const before = process.memoryUsage().rss;
  const trial = await Trial.open(plan, new TrialBatches(services, plan));
  for (let step = 0; step < 3; step++) await trial.step();
  process.stdout.write(String(process.memoryUsage().rss - before));
  await trial.close();
});
