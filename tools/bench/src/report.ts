import type { CaseResult } from './result.js';

const ms = (milliseconds: number): string => `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`;
const times = (factor: number): string => `${factor.toFixed(2)}x`;

/** What is printed of a case: a headline and a line for each figure. */
export function describeResult(result: CaseResult): string {
  const { matmul, peer, storedRatio } = result;
  const lines = [
    `${result.name}: ${result.title} (${result.engine} on ${result.device}, ${result.threads} threads)`,
    `  iteration   median ${ms(result.medianMs)}, minimum ${ms(result.minimumMs)}, ${result.gflops.toFixed(1)} GFLOP/s`,
  ];
  if (result.parts.length > 1) {
    for (const part of result.parts) {
      lines.push(`    ${part.name}   median ${ms(part.medianMs)}, minimum ${ms(part.minimumMs)}`);
    }
  }
  lines.push(
    `  MatMul 2048 median ${ms(matmul.medianMs)}, minimum ${ms(matmul.minimumMs)}, ${matmul.gflops.toFixed(1)} GFLOP/s`,
    `  ratio       ${times(result.ratioToMatmul)} the time of MatMul 2048${comparison(result.ratioToMatmul, storedRatio)}`,
  );
  if (result.outside !== undefined) {
    lines.push(`  outside     ${(100 * result.outside).toFixed(1)} % of the time is not spent on tensors`);
  }
  if (peer !== undefined) {
    lines.push(
      `  peer        median ${ms(peer.medianMs)}, minimum ${ms(peer.minimumMs)}; we take ${times(peer.ratio)} its time ` +
        `(median of ${peer.pairs} pairs: ${peer.ratios.map(times).join(', ')}; of minima ${times(peer.ratioOfMinima)})`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function comparison(ratio: number, stored: number | undefined): string {
  if (stored === undefined) return '; none is stored';
  const change = 100 * (ratio / stored - 1);
  return `; stored ${times(stored)}, ${change >= 0 ? '+' : ''}${change.toFixed(0)} %`;
}
