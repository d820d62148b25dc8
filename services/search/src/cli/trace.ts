import { findRun } from '@taskweave/runs';
import { join, resolve } from 'node:path';
import { checkOutputFile } from '../run/check-output.js';
import { parseRange } from '../trace/steps-range.js';
import { writeTrace } from '../trace/write-trace.js';
import { shownPath } from './format.js';

export interface TraceOptions {
  steps?: string;
  out?: string;
  output: string;
  json?: boolean;
}

/** `taskweave trace RUN`: where the time of some steps went, for a viewer of traces. */
export async function trace(run: string, { steps, out, output, json }: TraceOptions): Promise<void> {
  const wanted = steps === undefined ? undefined : parseRange(steps);
  const folder = findRun(run, output);
  const path = resolve(out ?? join(folder.path, 'trace.json'));
  checkOutputFile(path, '--out');
  const name = folder.readRecord().run;
  const { from, to, slices } = await writeTrace(folder.search.timeline, name, wanted, path);
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ run: name, path, from, to, slices })}\n`
      : `${shownPath(path)}: steps ${from} to ${to} of ${name}, ${slices} slices\n` +
          'Open it in https://ui.perfetto.dev or chrome://tracing.\n',
  );
}
