import { TaskweaveError } from '@taskweave/common';
import { RECORDED_BATCH, trainedGraph } from '@taskweave/engine';
import { prediction } from '@taskweave/supernet';
import { CODE_VERSION } from '../run/code-version.js';
import { describeNetwork } from './describe-network.js';
import type { ExportedFiles, ExportFormat } from './export-format.js';
import type { FinishedNetwork } from './finished-network.js';
import { largestDifference } from './largest-difference.js';

/** How far an export may be from the evaluation: a share of the largest output. */
export const TOLERANCE = 1e-4;

/** Sizes that an export for any batch is tried with. */
const TRIED_BATCHES = [1, 3];

/** Images that an export takes at a time. */
export type Batch = number | 'dynamic';

export interface Export {
  readonly files: ExportedFiles;
  /** Numbers of the exported network. */
  readonly parameters: number;
  /** Largest difference of an output from that of the evaluation, as a share of the largest output. */
  readonly difference: number;
}

/**
 * A network in a format for others, checked by loading and running it.
 *
 * @throws TaskweaveError CONFIG_INVALID for a network that the format cannot hold; INTERNAL when it does not compute what
 *   the evaluation does
 */
export async function exportNetwork(
  finished: FinishedNetwork,
  format: ExportFormat,
  batch: Batch,
): Promise<Export> {
  const { network, parameters, plan } = finished;
  const anyBatch = batch === 'dynamic';
  const recordedBatch = anyBatch ? RECORDED_BATCH : batch;
  const program = prediction(network, plan.imageShape, recordedBatch, { gated: false });
  const graph = await trainedGraph(program, parameters);
  const source = { graph, version: CODE_VERSION, metadata: await describeNetwork(finished), anyBatch };
  const files = format.write(source);
  const model = await format.open(files, source, plan.spec.engine.threads);
  const difference = await largestDifference(finished, model, anyBatch ? TRIED_BATCHES : [batch]);
  await model.dispose();
  if (!(difference <= TOLERANCE)) throw differs(difference, format);
  const count = Object.values(graph.parameters).reduce((sum, { data }) => sum + data.length, 0);
  return { files, parameters: count, difference };
}

function differs(difference: number, { id }: ExportFormat): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: `The network does not compute the same as ${id}; nothing was written.`,
    subject: 'outputs for images of noise',
    found: `a difference of ${difference.toExponential(1)} of the largest output`,
    expected: `at most ${TOLERANCE}`,
    action: 'Please report it, with the run.',
  });
}
