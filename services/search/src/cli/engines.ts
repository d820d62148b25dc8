import { TaskweaveError } from '@taskweave/common';
import { inspectEngines, type EngineReport } from '@taskweave/engine';
import { formatTable } from './format.js';

export interface EnginesOptions {
  threads: number;
  json?: boolean;
}

/** `taskweave engines`: what this machine can compute with, how fast, and why not with the rest. */
export async function listEngines({ threads, json }: EnginesOptions): Promise<void> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The number of threads makes no sense.',
      subject: '--threads',
      found: String(threads),
      expected: 'an integer from 1 to 64',
    });
  }
  const live = json !== true && process.stderr.isTTY;
  const reports = await inspectEngines(threads, ({ engine, device }) => {
    if (live) process.stderr.write(`\r\x1b[2Ktried ${engine} on ${device}`);
  });
  if (live) process.stderr.write('\r\x1b[2K');
  process.stdout.write(json === true ? `${JSON.stringify(reports)}\n` : describe(reports));
}

function describe(reports: readonly EngineReport[]): string {
  const rows = reports.map((report) => [
    `${report.engine} on ${report.device}`,
    report.available ? 'yes' : 'no',
    report.gflops === undefined ? '' : report.gflops.toPrecision(3),
  ]);
  const details = reports.map((report) =>
    report.available
      ? `${report.engine} on ${report.device}: ${report.description}\n`
      : `${report.engine} on ${report.device}: ${report.reason}\n    to do: ${report.action}\n`,
  );
  return (
    formatTable([['engine', 'available', 'GFLOP/s'], ...rows]) +
    '\nGFLOP/s in training steps of one 3x3 convolution.\n\n' +
    details.join('')
  );
}
