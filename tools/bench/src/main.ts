import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TaskweaveError, describeError } from '@taskweave/common';
import { readBaseline, withRatios, writeBaseline } from './baseline.js';
import { matmulCase } from './cases/matmul.js';
import { BENCHMARK_CASES } from './cases/registry.js';
import { drawChart } from './chart.js';
import { USAGE, parseOptions, type BenchOptions } from './options.js';
import { describeResult } from './report.js';
import { runBenchmarks } from './run-benchmarks.js';
import { WIRE_CASES, describeWire, measureAllReduce, type WireResult } from './wire/all-reduce.js';

async function bench(options: BenchOptions): Promise<void> {
  const baseline = await readBaseline();
  const chosen = <T extends { readonly name: string }>(cases: readonly T[]): T[] =>
    cases.filter(({ name }) => options.cases?.includes(name) ?? true);
  const wire: WireResult[] = [];
  for (const benchmark of chosen(WIRE_CASES)) {
    const result = await measureAllReduce(benchmark, options.repeats);
    process.stdout.write(describeWire(result));
    wire.push(result);
  }
  const cases = chosen(BENCHMARK_CASES);
  if (cases.length === 0) {
    if (options.json !== undefined) await writeJson(options.json, { cases, wire });
    return;
  }
  const results = await runBenchmarks({
    ...options,
    cases,
    yardstick: matmulCase(),
    baseline,
    onResult: (result) => process.stdout.write(describeResult(result)),
  });
  if (options.json !== undefined) await writeJson(options.json, { cases: results, wire });
  if (options.chart !== undefined) await write(options.chart, drawChart(results));
  if (options.save) await writeBaseline(withRatios(baseline, results));
}

function writeJson(file: string, value: unknown): Promise<void> {
  return write(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

try {
  const names = [...BENCHMARK_CASES, ...WIRE_CASES].map(({ name }) => name);
  const options = parseOptions(process.argv.slice(2), names);
  if (options === undefined) process.stdout.write(`${USAGE}\nCases: ${names.join(', ')}\n`);
  else await bench(options);
} catch (error) {
  const known = TaskweaveError.from(error);
  process.stderr.write(`${describeError(known)}\n`);
  process.exitCode = known.exitCode;
}
