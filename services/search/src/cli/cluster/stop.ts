import { RunState } from '@taskweave/contracts';
import { callUnary } from '@taskweave/service-kit';
import { withRun, type RunOptions } from './with-run.js';
import { describeState, toJson } from './summary-text.js';

const ASK_EVERY_MS = 200;

/** `taskweave stop RUN`: after the running step, with a checkpoint; resolves when it has stopped. */
export async function stop(run: string, options: RunOptions & { json?: boolean }): Promise<void> {
  await withRun(run, options, async (search, name, inCluster) => {
    let { summary } = await callUnary(search, 'stopRun', { run: name });
    if (summary?.state === RunState.RUNNING && options.json !== true) {
      process.stderr.write('stopping after this step\n');
    }
    while (inCluster && summary?.state === RunState.RUNNING) {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      ({ summary } = await callUnary(search, 'getRun', { run: name }));
    }
    const told = toJson(summary!);
    if (options.json === true) process.stdout.write(`${JSON.stringify(told)}\n`);
    else if (inCluster) {
      const hint = told.state === 'stopped' ? `Continue with: npx taskweave resume ${name}\n` : '';
      process.stdout.write(`${name} is ${describeState(told)}\n${hint}`);
    }
  });
}
