import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** A message as a server has it. */
export interface KeptMessage {
  readonly subject: string;
  readonly id: string;
  readonly text: string;
}

/** What a NATS server has on disk. */
export interface NatsContents {
  /** By stream, oldest first. */
  readonly streams: Readonly<Record<string, readonly KeptMessage[]>>;
}

/** Reads all that a server has, past all that this library makes of it: for tests and laboratories. */
export async function readNatsContents(url: string): Promise<NatsContents> {
  const nats = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(nats);
    const streams: Record<string, KeptMessage[]> = {};
    for await (const { config, state } of manager.streams.list()) {
      const kept: KeptMessage[] = [];
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
        const message = await manager.streams.getMessage(config.name, { seq });
        if (message === null) continue;
        const id = message.header.get('Nats-Msg-Id');
        kept.push({ subject: message.subject, id, text: message.string() });
      }
      streams[config.name] = kept;
    }
    return { streams };
  } finally {
    await nats.close();
  }
}
