import {
  CollectiveServiceClient,
  type AbortRoundResponse,
  type CollectiveServiceService,
  type GetRoundResponse,
  type RoundFailure,
  type RoundHeader,
  type RoundKey,
} from '@taskweave/contracts';
import { callUnary, connect, receiveStream, type Connection, type MessageSink } from '@taskweave/service-kit';

/** A member of a round. */
export interface RingMember {
  /** Unique within the group. */
  readonly name: string;
  /** Where its CollectiveService listens: `host:port` or `unix:/path`. */
  readonly address: string;
}

/** This member's call to its left neighbour. */
export interface DrawCall {
  /** Resolves when the neighbour has nothing more to say; rejects with what ended the call, the sink's errors included. */
  readonly ended: Promise<void>;
  /** Ends the call: in good order when the round has succeeded, else at once. */
  finish(committed: boolean): void;
}

/** How long a neighbour may take to end a call of a round that has succeeded here. */
const FINISH_MS = 2_000;

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
  draw(position: number, header: RoundHeader, sink: MessageSink): DrawCall {
    const { address, name } = this.#members[position]!;
    const call = receiveStream(this.#connections.to(address, name), 'draw', { header }, sink);
    return {
      ended: call.ended,
      finish: (committed) => {
        if (!committed) return call.cancel();
        const timer = setTimeout(call.cancel, FINISH_MS);
        void this.#connections.during(call.ended.finally(() => clearTimeout(timer)).catch(() => undefined));
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
    call: (connection: Connection<CollectiveServiceService>, options: { deadlineMs: number }) => Promise<T>,
  ): Promise<T | undefined> {
    const { address, name } = this.#members[position]!;
    const connection = connect(CollectiveServiceClient, address, { name });
    const answer = call(connection, { deadlineMs: this.#probeMs })
      .catch(() => undefined)
      .finally(() => connection.close());
    return this.#connections.during(answer);
  }
}

/** Connections for values, kept from round to round, and what still has to be waited for before all is closed. */
export class Connections {
  readonly #open = new Map<string, Connection<CollectiveServiceService>>();
  readonly #running = new Set<Promise<unknown>>();

  to(address: string, name: string): Connection<CollectiveServiceService> {
    const known = this.#open.get(address);
    if (known !== undefined) return known;
    const connection = connect(CollectiveServiceClient, address, { name });
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
