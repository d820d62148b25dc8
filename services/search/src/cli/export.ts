import { TaskweaveError } from '@taskweave/common';
import { findRun } from '@taskweave/runs';
import { join, resolve } from 'node:path';
import { exportNetwork, TOLERANCE, type Batch } from '../export/export-network.js';
import { readFinishedNetwork } from '../export/finished-network.js';
import { EXPORT_FORMATS } from '../export/formats.js';
import { checkTarget, writeExport } from '../export/write-export.js';
import { formatCount, shownPath } from './format.js';

export interface ExportOptions {
  /** An id of EXPORT_FORMATS. */
  format: string;
  out?: string;
  batch?: Batch;
  output: string;
  json?: boolean;
}

/** `taskweave export RUN --format FORMAT`: the discrete network of a run in a format for others. */
export async function exportRun(run: string, options: ExportOptions): Promise<void> {
  const { output, json } = options;
  const folder = findRun(run, output);
  const format = EXPORT_FORMATS[options.format]!;
  if (options.batch !== undefined && !format.hasBatch) throw hasNoBatch(format.id);
  const finished = await readFinishedNetwork(folder);
  const path = resolve(options.out ?? join(folder.path, 'export', `${finished.run}${format.suffix}`));
  checkTarget(path, format);
  const batch = options.batch ?? 'dynamic';
  const { files, parameters, difference } = await exportNetwork(finished, format, batch);
  await writeExport(path, format, files);

  const { network, plan } = finished;
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const facts = {
    run: finished.run,
    format: format.id,
    path,
    bytes,
    edges: network.edges.length,
    parameters,
    ...(format.hasBatch && { batch }),
    difference,
    tolerance: TOLERANCE,
  };
  process.stdout.write(
    json === true
      ? `${JSON.stringify(facts)}\n`
      : `${shownPath(path)}: ${(bytes / 1e6).toPrecision(3)} MB, ${formatCount(parameters)} parameters, ` +
          `${network.edges.length} edges, tasks ${plan.tasks.map(({ id }) => id).join(', ')}\n` +
          `Differs from the evaluation by at most ${difference.toExponential(1)} of the largest output.\n`,
  );
}

function hasNoBatch(format: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `A file of the format ${format} holds weights only, for any batch.`,
    subject: '--batch',
    action: 'Leave --batch out.',
  });
}
