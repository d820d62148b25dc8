import { headers } from '@nats-io/nats-core';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** Somebody else on a server: publishes what this library never would, for tests. */
export class RawNats {
  readonly #nats: NatsConnection;

  private constructor(nats: NatsConnection) {
    this.#nats = nats;
  }

  static async open(url: string): Promise<RawNats> {
    return new RawNats(await connect({ servers: url }));
  }

  /** @param id in the header that message ids are in; none by default */
  publish(
    subject: string,
    payload: string | Uint8Array,
    { id, header = {} }: { id?: string; header?: Readonly<Record<string, string>> } = {},
  ): void {
    const all = headers();
    if (id !== undefined) all.set('Nats-Msg-Id', id);
    for (const [name, value] of Object.entries(header)) all.set(name, value);
    this.#nats.publish(subject, payload, { headers: all });
  }

  /** Resolves when the server has all. */
  flush(): Promise<void> {
    return this.#nats.flush();
  }

  close(): Promise<void> {
    return this.#nats.close();
  }
}
