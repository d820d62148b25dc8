import { TaskweaveError } from '@taskweave/common';
import {
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { parseNatsUrl, type NatsAddress } from './url.js';

/** How long reads and compare-and-set wait for a server that is away before they give up, in milliseconds. */
export const PATIENCE_MS = 100_000;

const RECONNECT_WAIT_MS = 200;
/** A server that does not answer two pings in a row is taken for dead, and its connection for broken. */
const PING_INTERVAL_MS = 5_000;
const RETRY_WAIT_MS = 250;
/** A server that is just starting may take a connection and then forget it; the client's own limit is 20 s. */
const CONNECT_TIMEOUT_MS = 4_000;

/** A connection to NATS that outlives its server's restarts. */
export class Connection {
  readonly address: NatsAddress;
  readonly nats: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly #onReconnect = new Set<() => void>();
  #connected = true;

  private constructor(address: NatsAddress, nats: NatsConnection, manager: JetStreamManager) {
    this.address = address;
    this.nats = nats;
    this.manager = manager;
    this.jetstream = jetstream(nats);
    void this.#follow();
  }

  /**
   * @param url e.g. `nats://user:password@127.0.0.1:4222`; several with commas between them are servers of one cluster
   * @throws TaskweaveError `CONFIG_INVALID` for what is no such URL, `SERVICE_UNAVAILABLE` when no server answers or
   *   it has no JetStream
   */
  static async open(url: string): Promise<Connection> {
    const address = parseNatsUrl(url);
    let nats: NatsConnection;
    try {
      nats = await connect({
        ...address.options,
        name: 'taskweave',
        timeout: CONNECT_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        reconnectJitter: RECONNECT_WAIT_MS,
        pingInterval: PING_INTERVAL_MS,
        maxPingOut: 2,
        ignoreAuthErrorAbort: true,
      });
    } catch (cause) {
      throw unavailable(address, 'No NATS server answers', cause, 'Start one: nats-server -js -a 127.0.0.1');
    }
    try {
      return new Connection(address, nats, await jetstreamManager(nats));
    } catch (cause) {
      await nats.close();
      throw unavailable(address, 'The NATS server has no JetStream', cause, 'Start it with -js.');
    }
  }

  get connected(): boolean {
    return this.#connected && !this.nats.isClosed();
  }

  /** @returns ends the subscription */
  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener);
    return () => void this.#onReconnect.delete(listener);
  }

  /**
   * Asks the server something that may be asked again, and waits while it is away.
   *
   * @param what for the message, e.g. `read state`
   * @throws TaskweaveError `SERVICE_UNAVAILABLE` after {@link PATIENCE_MS} without an answer, or once this is closed;
   *   what the server refuses is thrown as it is
   */
  async ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        if (this.connected) return await question();
      } catch (thrown) {
        if (isRefusal(thrown)) throw thrown;
        if (performance.now() > deadline) throw this.lost(what, thrown);
      }
      if (this.nats.isClosed() || performance.now() > deadline) throw this.lost(what);
      await this.pause();
    }
  }

  /** A moment for the server to come back. */
  async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, RETRY_WAIT_MS));
  }

  /** The error of somebody who waited in vain. */
  lost(what: string, cause?: unknown): TaskweaveError {
    const state = this.nats.isClosed() ? 'The connection to NATS was closed' : 'The NATS server is away';
    return unavailable(
      this.address,
      `${state}: cannot ${what}`,
      cause,
      'Start the server again, then resume.',
    );
  }

  close(): Promise<void> {
    return this.nats.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.nats.status()) {
      if (type === 'disconnect') this.#connected = false;
      if (type !== 'reconnect') continue;
      this.#connected = true;
      for (const listener of [...this.#onReconnect]) listener();
    }
  }
}

/** Whether a server answered with a no that stays a no; everything else is worth another attempt. */
export function isRefusal(thrown: unknown): boolean {
  return thrown instanceof JetStreamApiError && thrown.status < 500;
}

/** Whether the server refused for this reason. */
export function hasCode(thrown: unknown, code: number): boolean {
  return thrown instanceof JetStreamApiError && thrown.code === code;
}

function unavailable(address: NatsAddress, message: string, cause: unknown, action: string): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'SERVICE_UNAVAILABLE',
      message: `${message}.`,
      subject: address.shown,
      ...(cause instanceof Error && { found: cause.message }),
      expected: 'a NATS server with JetStream, 2.9 or later',
      action,
    },
    { cause },
  );
}
