import type { AbortRoundResponse, GetRoundResponse, RoundFailure, RoundKey } from '@taskweave/contracts';
import { callUnary, connect, openBidi, type Connection } from '@taskweave/service-kit';
import { CollectiveClient, type OutgoingPassRequest, type collectiveDefinition } from './wire.js';

/** A member of a round. */
export interface RingMember {
  /** Unique within the group. */
  readonly name: string;
  /** Where its CollectiveService listens: `host:port` or `unix:/path`. */
  readonly address: string;
}

/** This member's side of its call to the right neighbour. */
export interface PassCall {
  send(request: OutgoingPassRequest): Promise<void>;
  /** Resolves when the round has succeeded there; rejects with the status that ended the call. */
  readonly answered: Promise<unknown>;
  /** Ends the call: in good order when the round has succeeded, else at once. */
  finish(committed: boolean): void;
}

/** A connection's calls without end: Node's longest timer, 24 days. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** The other members of one round, by position. */
export class RoundPeers {
  readonly #key: RoundKey;
  readonly #members: readonly RingMember[];
  readonly #probeMs: number;
  readonly #connections: Connections;

  constructor(
    key: RoundKey,
    members: readonly RingMember[],
    { connections, probeMs }: { connections: Connections; probeMs: number },
  ) {
    this.#key = key;
    this.#members = members;
    this.#connections = connections;
    this.#probeMs = probeMs;
  }

  /** Opens the call that carries values. */
  pass(position: number): PassCall {
    const { address, name } = this.#members[position]!;
    const call = openBidi(this.#connections.to(address, name), 'pass');
    return {
      send: (request) => call.send(request),
      answered: call.next(NO_TIMEOUT_MS),
      finish: (committed) => {
        if (committed) void this.#connections.during(call.close());
        else call.cancel();
      },
    };
  }

  /** How the round stands there; undefined when there is no answer. */
  getRound(position: number): Promise<GetRoundResponse | undefined> {
    return this.#ask(position, (connection, options) =>
      callUnary(connection, 'getRound', { key: this.#key }, options),
    );
  }

  /** Gives the round up there unless it has succeeded; undefined when there is no answer. */
  abortRound(position: number, failure: RoundFailure): Promise<AbortRoundResponse | undefined> {
    return this.#ask(position, (connection, options) =>
      callUnary(connection, 'abortRound', { key: this.#key, failure }, options),
    );
  }

  /** Asks over a connection of its own: that of the values may be full to the brim because the member stands still. */
  #ask<T>(
    position: number,
    call: (
      connection: Connection<typeof collectiveDefinition>,
      options: { deadlineMs: number },
    ) => Promise<T>,
  ): Promise<T | undefined> {
    const { address, name } = this.#members[position]!;
    const connection = connect(CollectiveClient, address, { name });
    const answer = call(connection, { deadlineMs: this.#probeMs })
      .catch(() => undefined)
      .finally(() => connection.close());
    return this.#connections.during(answer);
  }
}

/** Connections for values, kept from round to round, and what still has to be waited for before all is closed. */
export class Connections {
  readonly #open = new Map<string, Connection<typeof collectiveDefinition>>();
  readonly #running = new Set<Promise<unknown>>();

  to(address: string, name: string): Connection<typeof collectiveDefinition> {
    const known = this.#open.get(address);
    if (known !== undefined) return known;
    const connection = connect(CollectiveClient, address, { name });
    this.#open.set(address, connection);
    return connection;
  }

  /** Keeps close() waiting for something. */
  during<T>(promise: Promise<T>): Promise<T> {
    const running = promise.catch(() => undefined).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return promise;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }
}
