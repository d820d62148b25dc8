import { TaskweaveError } from '@taskweave/common';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SAMPLE_REQUEST, type ProcessSample } from './process-sample.js';

/** Milliseconds a process may take to start or to answer. */
const ANSWER_MS = 30_000;

/** A service in a process of its own, with {@link probe} inside. */
export interface MeasuredProcess {
  /** Where it listens. */
  readonly address: string;
  /** What it used since the last sample. */
  sample(): Promise<ProcessSample>;
  stop(): Promise<void>;
}

/** A program of this package, built: tests run from `src`, but processes cannot. */
export function program(path: string): URL {
  return new URL(`../dist/${path}`, import.meta.url);
}

type Message = { taskweave?: string; address?: string; sample?: ProcessSample } | string;

/**
 * Starts the main.js of a service.
 *
 * @param main path of the program; it ends in `runAsProcess`
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` when it ends, or says nothing in time
 */
export async function startMeasured(main: string): Promise<MeasuredProcess> {
  const probe = program('probe.js').href;
  const env = { ...process.env };
  delete env['TASKWEAVE_ADDRESS'];
  const child = fork(main, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
    execArgv: ['--import', probe],
  });
  const { address } = await answer(child, (message) =>
    typeof message === 'object' && message.taskweave === 'listening'
      ? { address: message.address! }
      : undefined,
  );
  return {
    address,
    async sample() {
      const taken = answer(child, (message) => (typeof message === 'object' ? message.sample : undefined));
      child.send(SAMPLE_REQUEST);
      return taken;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The first message that `pick` makes something of. */
function answer<T>(child: ChildProcess, pick: (message: Message) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    };
    const fail = (found: string): void => {
      settle();
      child.kill('SIGKILL');
      reject(
        new TaskweaveError({
          code: 'SERVICE_UNAVAILABLE',
          message: 'A measured process did not answer.',
          subject: child.spawnargs.join(' '),
          found,
        }),
      );
    };
    const onMessage = (message: unknown): void => {
      const picked = pick(message as Message);
      if (picked === undefined) return;
      settle();
      resolve(picked);
    };
    const onExit = (): void => fail(`its end: ${child.signalCode ?? `exit code ${child.exitCode}`}`);
    const timer = setTimeout(() => fail(`nothing for ${ANSWER_MS} ms`), ANSWER_MS);
    child.on('message', onMessage).once('exit', onExit);
  });
}
