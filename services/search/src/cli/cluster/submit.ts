import { callUnary } from '@taskweave/service-kit';
import { parseBaselines } from '../baselines-option.js';
import { specOf, type SpecOptions } from '../spec-options.js';
import { PATIENT_MS, withCluster, type ClusterOptions } from './connect-cluster.js';
import { describeState, toJson } from './summary-text.js';
import { watch } from './watch.js';

export interface SubmitOptions extends SpecOptions, ClusterOptions {
  /** Methods, separated by commas; `true` without a value. */
  baselines?: string | true;
  watch: boolean;
  json?: boolean;
}

/** `taskweave submit`: a search for the queue of a cluster. */
export async function submit(options: SubmitOptions): Promise<void> {
  const baselines = parseBaselines(options.baselines);
  const specJson = JSON.stringify(specOf(options));
  const { summary, folder } = await withCluster(options, (search) =>
    callUnary(search, 'submitRun', { specJson, baselines }, { deadlineMs: PATIENT_MS }),
  );
  const told = toJson(summary!);
  if (options.watch) {
    if (options.json !== true) process.stderr.write(`${told.run} is ${describeState(told)}\n`);
    return watch(told.run, { ...options, output: '' });
  }
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ ...told, folder })}\n`);
    return;
  }
  const cluster = options.cluster === undefined ? '' : ` --cluster ${options.cluster}`;
  process.stdout.write(
    [
      `${told.run} is ${describeState(told)}. Its files: ${folder}`,
      'Next:',
      `  npx taskweave watch ${told.run}${cluster}`,
      `  npx taskweave runs${cluster}`,
      '',
    ].join('\n'),
  );
}
