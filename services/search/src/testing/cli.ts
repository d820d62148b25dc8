/** Runs the built command line as a user does, in a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/taskweave.js', import.meta.url));

export interface Outcome {
  /** Exit code, or the signal that ended the process. */
  code: number | string;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  child: ChildProcessByStdio<null, Readable, Readable>;
  outcome: Promise<Outcome>;
}

/** @param environment beside that of this process */
export function startCli(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): RunningCli {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const outcome = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code: code ?? signal ?? '', stdout, stderr }),
  );
  return { child, outcome };
}

export function cli(...call: Parameters<typeof startCli>): Promise<Outcome> {
  return startCli(...call).outcome;
}

/** The name of the only run in `runs`. */
export function onlyRun(cwd: string): string {
  const names = readdirSync(join(cwd, 'runs'));
  if (names.length !== 1) throw new Error(`expected one run, found ${names.join(', ')}`);
  return names[0]!;
}

/** Resolves with the run's name when its history has at least this many lines. */
export async function untilLines(count: number, cwd: string): Promise<string> {
  for (;;) {
    const run = existsSync(join(cwd, 'runs')) ? readdirSync(join(cwd, 'runs'))[0] : undefined;
    const history = join(cwd, 'runs', run ?? '', 'history.jsonl');
    if (run !== undefined && existsSync(history)) {
      if (readFileSync(history, 'utf8').split('\n').length > count) return run;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
