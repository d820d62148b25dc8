/**
 * Starts services by package name, in this process or in one of their own. The name is only known at run time, so
 * that no service depends on another in source.
 */
import { TaskweaveError } from '@taskweave/common';
import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { isProcessMessage } from './process-messages.js';
import type { RunningService, ServiceModule, ServiceOptions } from './service.js';

/** How long a service process may take to start. */
const START_MS = 60_000;
/** How long it may take to stop before it is killed. */
const STOP_MS = 10_000;

function isServiceModule(value: unknown): value is ServiceModule {
  const candidate = value as Partial<ServiceModule> | null | undefined;
  return typeof candidate?.name === 'string' && typeof candidate.start === 'function';
}

/** An installed package that cannot be launched is a fault of the build, not of the user. */
function notAService(packageName: string, cause?: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'INTERNAL',
      message: `${packageName} cannot be started as a service.`,
      subject: packageName,
      expected: 'a built package that exports a ServiceModule as `service`, and a `/main` that runs it',
      ...(cause instanceof Error && { found: cause.message }),
      action: 'Run npm run build.',
    },
    { cause },
  );
}

/** Starts a service in this process. Its errors, e.g. `ADDRESS_IN_USE`, are thrown on. */
export async function launchInProcess(
  packageName: string,
  options: ServiceOptions = {},
): Promise<RunningService> {
  let exported: { service?: unknown; default?: unknown };
  try {
    exported = (await import(packageName)) as typeof exported;
  } catch (cause) {
    throw notAService(packageName, cause);
  }
  const module = exported.service ?? exported.default;
  if (!isServiceModule(module)) throw notAService(packageName);
  return module.start(options);
}

/** A service in a child process. */
export interface ServiceProcess extends RunningService {
  readonly pid: number;
  /** Calls back once if the process ends without stop() having been called, also if it already has. */
  onExit(callback: (error: TaskweaveError) => void): void;
}

export interface LaunchProcessOptions extends ServiceOptions {
  /** Milliseconds the process may take to start. @default 60000 */
  startMs?: number;
  /** Milliseconds stop() waits before it kills the process. @default 10000 */
  stopMs?: number;
}

function describeExit(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
}

function exitError(packageName: string, child: ChildProcess, when: string): TaskweaveError {
  return new TaskweaveError({
    code: 'SERVICE_UNAVAILABLE',
    message: `The process of ${packageName} ended ${when}.`,
    subject: packageName,
    found: describeExit(child),
  });
}

/** Waits for the child's report; rejects with its error, with how it ended, or when the time is over. */
function reported(
  packageName: string,
  child: ChildProcess,
  startMs: number,
): Promise<{ name: string; address: string }> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      if (!isProcessMessage(message)) return;
      settle();
      if (message.taskweave === 'failed') reject(new TaskweaveError(message.error));
      else resolve(message);
    };
    const onExit = (): void => {
      settle();
      reject(exitError(packageName, child, 'before it was ready'));
    };
    const timer = setTimeout(() => {
      settle();
      child.kill('SIGKILL');
      reject(
        new TaskweaveError({
          code: 'SERVICE_UNAVAILABLE',
          message: `The process of ${packageName} was not ready after ${startMs} ms.`,
          subject: packageName,
        }),
      );
    }, startMs);
    child.on('message', onMessage).once('exit', onExit);
    child.once('error', (cause) => {
      settle();
      reject(notAService(packageName, cause));
    });
  });
}

/**
 * Starts a service in a process of its own, by running the package's `/main`.
 *
 * @throws TaskweaveError: the service's own, or `SERVICE_UNAVAILABLE` when the process ends or is not ready in time
 */
export async function launchProcess(
  packageName: string,
  options: LaunchProcessOptions = {},
): Promise<ServiceProcess> {
  const { address, startMs = START_MS, stopMs = STOP_MS } = options;
  let main: string;
  try {
    main = createRequire(import.meta.url).resolve(`${packageName}/main`);
  } catch (cause) {
    throw notAService(packageName, cause);
  }
  // The parent's own address, if it has one, is not the child's.
  const env = { ...process.env };
  delete env['TASKWEAVE_ADDRESS'];
  if (address !== undefined) env['TASKWEAVE_ADDRESS'] = address;
  const child = fork(main, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
    // Flags of the parent, such as --inspect with a port, do not suit two processes.
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const report = await reported(packageName, child, startMs);

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(kill);
  };
  return {
    name: report.name,
    address: report.address,
    pid: child.pid!,
    stop: () => (stopping ??= stop()),
    onExit(callback) {
      void exited.then(() => {
        if (stopping === undefined) callback(exitError(packageName, child, 'unexpectedly'));
      });
    },
  };
}
