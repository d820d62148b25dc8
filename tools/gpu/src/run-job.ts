import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Job, JobMessage } from './job.js';

/** A process that says nothing for so long is taken for hung: compiling a network for a GPU takes minutes at worst. */
const SILENCE_MS = 15 * 60_000;

/**
 * Does a job in a process of its own.
 *
 * @param onMessage told of everything the process tells
 * @param entry of the process
 * @returns why it did not get to its end; undefined when it did
 */
export function runJob(
  job: Job,
  onMessage: (message: JobMessage) => void,
  entry = createRequire(import.meta.url).resolve('@taskweave/gpu/job'),
): Promise<string | undefined> {
  const child = fork(entry, [JSON.stringify(job)], {
    execArgv: [],
    // Errors may be infinite, which JSON cannot say.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-10_000)));
  return new Promise((resolve) => {
    const finish = (failure?: string): void => {
      clearTimeout(timer);
      // Some drivers crash when they are unloaded; everything there is to know is known.
      child.kill('SIGKILL');
      resolve(failure);
    };
    const timer = setTimeout(() => finish(`no sign of life for ${SILENCE_MS / 60_000} minutes`), SILENCE_MS);
    child.on('message', (message: JobMessage) => {
      timer.refresh();
      onMessage(message);
      if (message.kind === 'done') finish();
      if (message.kind === 'failed') {
        const { error } = message;
        finish(error.found === undefined ? error.message : `${error.message} ${error.found}`);
      }
    });
    child.on('error', ({ message }) => finish(message));
    child.on('exit', (code, signal) => finish(crash(code, signal, stderr)));
  });
}

function crash(code: number | null, signal: string | null, stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `its process ended (${signal ?? `exit code ${code}`})${last === '' ? '' : `: ${last}`}`;
}
