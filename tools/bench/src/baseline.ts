import { readFile, writeFile } from 'node:fs/promises';
import type { CaseResult } from './result.js';

/** Ratios to the matrix product by engine, device and threads (`onnx, cpu, 2 threads`), then by case. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The ratios of an earlier commit, kept in version control. */
export const BASELINE_FILE = new URL('../baseline.json', import.meta.url);

type Measured = Pick<CaseResult, 'name' | 'engine' | 'device' | 'threads'>;

function setting({ engine, device, threads }: Measured): string {
  return `${engine}, ${device}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

export function storedRatio(baseline: Baseline, measured: Measured): number | undefined {
  return baseline[setting(measured)]?.[measured.name];
}

/** The baseline with new ratios in place of the old ones of the same cases. */
export function withRatios(baseline: Baseline, results: readonly CaseResult[]): Baseline {
  const next: Record<string, Record<string, number>> = {};
  for (const [key, ratios] of Object.entries(baseline)) next[key] = { ...ratios };
  for (const result of results) {
    (next[setting(result)] ??= {})[result.name] = Number(result.ratioToMatmul.toPrecision(4));
  }
  return next;
}

export async function readBaseline(file: URL | string = BASELINE_FILE): Promise<Baseline> {
  return JSON.parse(await readFile(file, 'utf8')) as Baseline;
}

export async function writeBaseline(baseline: Baseline, file: URL | string = BASELINE_FILE): Promise<void> {
  await writeFile(file, `${JSON.stringify(baseline, undefined, 2)}\n`);
}
