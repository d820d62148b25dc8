import {
  EmbeddedEventBus,
  EmbeddedMessaging,
  NATS_URL_VARIABLE,
  openMessaging,
  type EventBus,
  type Messaging,
} from '@taskweave/messaging';
import type { RunFolder } from '@taskweave/runs';

/** What a run sends messages by. */
export interface RunMessages {
  readonly messaging: Messaging;
  /** The bus in the run's folder, where its events go first; that of `messaging` itself when it is embedded. */
  readonly own: EventBus;
  close(): Promise<void>;
}

/** Opens the messages of a run that has its folder. Whoever opens them closes them. */
export type OpenMessages = (folder: RunFolder) => Promise<RunMessages>;

/**
 * Finds out whether the NATS server that the environment names, if any, can be used: before anything is started and
 * a run has its folder.
 *
 * @throws TaskweaveError `CONFIG_INVALID` or `SERVICE_UNAVAILABLE`
 */
export async function prepareMessages(): Promise<OpenMessages> {
  if ((process.env[NATS_URL_VARIABLE] ?? '') === '') {
    return async (folder) => {
      const messaging = await EmbeddedMessaging.open(folder.messages);
      return { messaging, own: messaging.events, close: () => messaging.close() };
    };
  }
  await (await openMessaging('')).close();
  return async (folder) => {
    const own = await EmbeddedEventBus.open(folder.messages);
    try {
      const messaging = await openMessaging('');
      return { messaging, own, close: async () => void (await messaging.close(), await own.close()) };
    } catch (thrown) {
      await own.close();
      throw thrown;
    }
  };
}
