import { TaskweaveError, describeError } from '@taskweave/common';
import { log, startTelemetry } from '@taskweave/telemetry';
import { announce, type Announcement } from './announce.js';
import type { ProcessMessage } from './process-messages.js';
import { nameProcess } from './security/process-name.js';
import type { RunningService, ServiceModule } from './service.js';

/** Longest time a stop may take before the process ends anyway. */
const STOP_MS = 10_000;

/** Sends a message to the parent and waits until it is on its way; false when there is no parent to tell. */
function tellParent(message: ProcessMessage): Promise<boolean> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve(false);
    process.send(message, undefined, {}, (error) => resolve(error === null));
  });
}

/** Ends the process over an error: the parent's to show if there is one waiting, else on the terminal. */
async function fail(thrown: unknown, starting: boolean): Promise<never> {
  const error = TaskweaveError.from(thrown);
  if (!starting) log.error('failed', thrown);
  const told = starting && (await tellParent({ taskweave: 'failed', error: error.toDetails() }));
  if (!told) process.stderr.write(`${describeError(error)}\n`);
  process.exit(error.exitCode);
}

/**
 * The whole of a service's main.ts. Listens on the address in `TASKWEAVE_ADDRESS` (any free loopback port if unset)
 * until told to stop, then ends the process: exit code 0 after a stop, 2 for an error the user can mend, 1 for any
 * other.
 *
 * In a process forked by {@link launchProcess} it reports its address to the parent, leaves Ctrl-C to the parent and
 * stops when the parent disappears; otherwise it prints one line and stops on Ctrl-C. SIGTERM always stops it. Where the
 * environment names a NATS server it is a member of that cluster (see `announce.ts`), unless it was forked: then it is
 * its parent's.
 */
export async function runAsProcess(module: ServiceModule): Promise<void> {
  const forked = process.send !== undefined;
  let running: RunningService | undefined;
  let announced: Announcement | undefined;
  let endTelemetry: (() => Promise<void>) | undefined;

  const stop = async (): Promise<void> => {
    // Before the start is over nobody was told the address, so there is no call to wait for.
    if (running === undefined) process.exit(0);
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await announced?.leave();
    await running.stop();
    log.info('stopped');
    await endTelemetry?.();
    process.exit(0);
  };
  const requestStop = (): void => void stop().catch((thrown: unknown) => fail(thrown, false));

  process.on('SIGTERM', requestStop);
  process.on('SIGINT', () => {
    if (!forked) requestStop();
  });
  process.on('disconnect', requestStop);
  const crash = (thrown: unknown): void => void fail(thrown, running === undefined);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  // The parent may have gone while this program was loading, before anyone listened for it.
  if (forked && !process.connected) process.exit(0);
  try {
    nameProcess(module.name);
    const telemetry = await startTelemetry(module.name, { standalone: !forked });
    endTelemetry = () => telemetry.stop();
    const address = process.env['TASKWEAVE_ADDRESS'];
    running = await module.start(address === undefined ? {} : { address });
    log.info('listening', { address: running.address, metrics: telemetry.metricsUrl });
    const told = await tellParent({ taskweave: 'listening', name: running.name, address: running.address });
    if (told || forked) return;
    announced = await announce(running);
    const also = announced === undefined ? '' : `, ${announced.description}`;
    process.stdout.write(`${running.name} listening on ${running.address}${also}\n`);
  } catch (thrown) {
    await fail(thrown, true);
  }
}
