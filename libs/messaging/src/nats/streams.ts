import { JetStreamApiCodes, type StreamConfig } from '@nats-io/jetstream';
import { hasCode, type Connection } from './connection.js';

const NAME_IN_USE = 10058;

/** Makes a stream unless there is one of its name, which is taken as it is: an operator may have set other limits. */
export async function ensureStream(
  connection: Connection,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> {
  const { streams } = connection.manager;
  await connection.ask(`make the stream ${config.name}`, async () => {
    try {
      await streams.info(config.name);
    } catch (thrown) {
      if (!hasCode(thrown, JetStreamApiCodes.StreamNotFound)) throw thrown;
      await streams.add(config).catch((refused: unknown) => {
        // Another process was quicker.
        if (!hasCode(refused, NAME_IN_USE)) throw refused;
      });
    }
  });
}

/** Removes a stream with all that is in it; one that is not there stays so. */
export async function removeStream(connection: Connection, name: string): Promise<void> {
  await connection.ask(`remove the stream ${name}`, async () => {
    try {
      await connection.manager.streams.delete(name);
    } catch (thrown) {
      if (!hasCode(thrown, JetStreamApiCodes.StreamNotFound)) throw thrown;
    }
  });
}
