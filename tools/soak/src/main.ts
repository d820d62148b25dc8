import { writeFile } from 'node:fs/promises';
import { TaskweaveError, describeError } from '@taskweave/common';
import { readHistory, stepsCovered, stepsDone } from '@taskweave/runs';
import { growthOf, type Growth, type Sample } from './growth.js';
import { PageTimes } from './page-times.js';
import { parseOptions, USAGE, type SoakOptions } from './options.js';
import { SoakedSearch } from './search.js';

const SAMPLE_MS = 2000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function stepOf(search: SoakedSearch): number {
  const { run } = search;
  return run === undefined ? 0 : stepsDone(run.search.history);
}

/** Takes samples until the search ends or its time is over. */
async function watch(
  search: SoakedSearch,
  { steps, minutes }: SoakOptions,
  page: PageTimes,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  let ended = false;
  void search.ended.then(() => (ended = true));
  while (!ended && performance.now() - start < minutes * 60_000) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    const step = stepOf(search);
    if (step === 0 || step >= steps) continue;
    samples.push({ step, bytes: search.memory() });
    if (search.page !== undefined) await page.ask(search.page);
    if (samples.length % 15 !== 0) continue;
    const seconds = (performance.now() - start) / 1000;
    const left = Math.min((seconds / step) * (steps - step), minutes * 60 - seconds);
    const memory = Object.entries(samples.at(-1)!.bytes).map(
      ([name, bytes]) => `${name} ${mebibytes(bytes)}`,
    );
    print(`${step} steps, ${Math.ceil(left / 60)} min left: ${memory.join(', ')}`);
  }
  return samples;
}

function describe({ process: name, first, last, growth, range }: Growth): string {
  const percent = `${growth >= 0 ? '+' : ''}${(100 * growth).toFixed(1)} %`;
  const columns = [first, last].map((bytes) => mebibytes(bytes).padStart(12)).join('');
  return `${name.padEnd(18)}${columns}${percent.padStart(10)}  ${range.map(mebibytes).join(' to ')}`;
}

/** @returns the exit code */
async function soak(options: SoakOptions): Promise<number> {
  if (options.json !== undefined) await write(options.json, '');
  const search = await SoakedSearch.start(options.steps);
  const stop = (): void => void search.remove().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const page = new PageTimes();
    const samples = await watch(search, options, page);
    const growths = growthOf(samples);
    if (growths.length === 0) {
      const message = 'The search ended before there was anything to measure.';
      throw new TaskweaveError({ code: 'INTERNAL', message, found: search.output.slice(-2000) });
    }
    const history = readHistory(search.run!.search.history);
    const covered = stepsCovered(history);
    print(
      `\n${'process'.padEnd(18)}${'warmed up'.padStart(12)}${'at the end'.padStart(12)}${'trend'.padStart(10)}  least and most`,
    );
    for (const growth of growths) print(describe(growth));
    print(`\nhistory: ${covered} steps without a gap`);
    const { answers, failures, ...times } = page.summary;
    const { median, p99, last } = times;
    const milliseconds = [median, p99, last].map((time) => time.toFixed(0)).join(', ');
    print(`page: ${answers} answers, ${failures} failures; median, 99 %, last: ${milliseconds} ms`);
    if (options.json !== undefined)
      await write(options.json, `${JSON.stringify({ growths, covered, page: page.summary, samples })}\n`);
    return growths.some(({ growth }) => growth > options.most / 100) ? 1 : 0;
  } finally {
    await search.remove();
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const message = 'The results cannot be written.';
    const found = (cause as Error).message;
    throw new TaskweaveError({ code: 'OUTPUT_NOT_WRITABLE', message, subject: '--json', found }, { cause });
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else process.exitCode = await soak(options);
} catch (thrown) {
  const error = TaskweaveError.from(thrown);
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = error.exitCode;
}
