/** Searches that run in processes of their own, started as a user does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../search/bin/taskweave.js', import.meta.url));

/** A search on two networks of 36x36 images, with dozens of steps a second. */
const SMALL_SEARCH = [
  '--preset=multi-mnist-smoke',
  '--set=data.batchSize=8',
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: 40}',
  '--set=checkpoint.every=30',
  '--set=evaluation.every=30',
];

export interface RunningSearch {
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it, and what it said. */
  readonly ended: Promise<{ code: number | string; said: string }>;
}

/** @param folder that holds the runs */
export function startSearch(folder: string, ...options: string[]): RunningSearch {
  return run(['start', '--output', folder, '--no-dashboard', ...SMALL_SEARCH, ...options]);
}

/** Goes on with a search that was stopped or killed. */
export function resumeSearch(folder: string, name: string): RunningSearch {
  return run(['start', '--output', folder, '--no-dashboard', '--resume', name]);
}

function run(args: string[]): RunningSearch {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: (code ?? signal) as number | string,
    said,
  }));
  return { child, ended };
}
