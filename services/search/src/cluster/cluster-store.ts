import { TaskweaveError } from '@taskweave/common';
import { NATS_URL_VARIABLE, openMessaging, type Messaging } from '@taskweave/messaging';
import { lockRun, notWritable } from '@taskweave/runs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LEASE_KEY } from './leadership.js';

/** Where a cluster keeps its state, opened for this process. */
export interface ClusterStore {
  readonly messaging: Messaging;
  close(): Promise<void>;
}

/**
 * Opens the state of a cluster: on the NATS server that the environment names, or in a folder that belongs to this process.
 *
 * @param output folder that holds the runs
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` when no NATS server answers; `ADDRESS_IN_USE` when another coordinator has the
 *   folder; `OUTPUT_NOT_WRITABLE`, `FILE_DAMAGED`
 */
export async function openClusterStore(output: string): Promise<ClusterStore> {
  if ((process.env[NATS_URL_VARIABLE] ?? '') !== '') {
    const messaging = await openMessaging('');
    return { messaging, close: () => messaging.close() };
  }
  const folder = join(output, '.coordinator');
  const unlock = lockFolder(folder);
  try {
    const messaging = await openMessaging(folder);
    // Whoever has the folder for itself has followed all who had it before.
    await messaging.state.delete(LEASE_KEY);
    return { messaging, close: async () => void (await messaging.close(), unlock()) };
  } catch (thrown) {
    unlock();
    throw thrown;
  }
}

function lockFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  try {
    return lockRun(join(folder, 'lock'));
  } catch (cause) {
    const { code, found } = TaskweaveError.from(cause);
    if (code !== 'RUN_NOT_RESUMABLE') throw cause;
    throw new TaskweaveError(
      {
        code: 'ADDRESS_IN_USE',
        message: 'Another coordinator works on this folder.',
        subject: folder,
        ...(found !== undefined && { found }),
        action: `Stop it, choose another --output, or share the state by ${NATS_URL_VARIABLE}.`,
      },
      { cause },
    );
  }
}
