import { EmbeddedMessaging } from './embedded/messaging.js';
import type { Messaging } from './messaging.js';
import { NatsMessaging } from './nats/messaging.js';

/** Names a NATS server; without it messaging is embedded. */
export const NATS_URL_VARIABLE = 'TASKWEAVE_NATS_URL';

/**
 * Messaging over the NATS server that the environment names, or within this process.
 *
 * @param folder of the files of embedded messaging
 * @throws TaskweaveError `CONFIG_INVALID` or `SERVICE_UNAVAILABLE` for the server, `FILE_DAMAGED` or
 *   `OUTPUT_NOT_WRITABLE` for the folder
 */
export function openMessaging(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Messaging> {
  const url = environment[NATS_URL_VARIABLE] ?? '';
  return url === '' ? EmbeddedMessaging.open(folder) : NatsMessaging.open(url);
}
