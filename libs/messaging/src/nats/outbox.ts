import { TaskweaveError } from '@taskweave/common';
import type { JetStreamPublishOptions, PubAck } from '@nats-io/jetstream';
import { isRefusal, type Connection } from './connection.js';

/** Messages on their way at one time. */
const MOST_IN_FLIGHT = 256;
/** Messages that may wait for the server. */
const MOST_WAITING = 100_000;
const ACK_TIMEOUT_MS = 5_000;

export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: string | Uint8Array;
  /** The server stores a message of one id once, however often it is sent. */
  readonly msgID: string;
  readonly headers?: JetStreamPublishOptions['headers'];
  /** The last sequence of this subject has to be this one. */
  readonly lastSubjectSequence?: number;
  /** Give up after so many milliseconds. @default never */
  readonly patienceMs?: number;
}

interface Item {
  readonly message: OutgoingMessage;
  resolve(ack: PubAck): void;
  reject(thrown: unknown): void;
  timer?: NodeJS.Timeout;
}

/**
 * Sends messages in the order in which they come, many at a time. When an answer stays away - the server was killed, is
 * stopped, or the network is cut - everything that is not known to be stored is sent again, in the same order and under
 * the same ids. So nothing is lost, nothing doubled, and the order stays.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #unlisten: () => void;
  /** Not known to be stored, oldest first; the first `#sent` of them are on their way. */
  readonly #items: Item[] = [];
  #sent = 0;
  /** Counts the rounds of sending; what fails in an earlier one has been sent again already. */
  #round = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#unlisten = connection.onReconnect(() => this.#sendAgain());
  }

  /** Messages that are not known to be stored. */
  get size(): number {
    return this.#items.length;
  }

  /**
   * Sends a message, now or when the server is back.
   *
   * @returns where it is stored
   * @throws TaskweaveError `SERVICE_UNAVAILABLE` when too many are waiting, its patience ended, or this was closed;
   *   whether it is stored is not known in the last two cases. What the server refuses is thrown as it is.
   */
  send(message: OutgoingMessage): Promise<PubAck> {
    if (this.#closed) return Promise.reject(this.#connection.lost('publish'));
    if (this.#items.length >= MOST_WAITING) return Promise.reject(this.#full());
    return new Promise((resolve, reject) => {
      const item: Item = { message, resolve, reject };
      if (message.patienceMs !== undefined) {
        const giveUp = (): void => {
          if (this.#remove(item)) reject(this.#connection.lost('store'));
        };
        item.timer = setTimeout(giveUp, message.patienceMs).unref();
      }
      this.#items.push(item);
      this.#pump();
    });
  }

  /** Gives what is waiting some time to be stored, and gives up the rest. */
  async close(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.#items.length > 0 && this.#connection.connected && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#closed = true;
    this.#unlisten();
    clearTimeout(this.#retry);
    for (const item of this.#items.splice(0)) {
      clearTimeout(item.timer);
      item.reject(this.#connection.lost('publish'));
    }
  }

  #pump(): void {
    while (this.#connection.connected && this.#sent < Math.min(this.#items.length, MOST_IN_FLIGHT)) {
      void this.#transmit(this.#items[this.#sent++]!);
    }
  }

  async #transmit(item: Item): Promise<void> {
    const round = this.#round;
    const { subject, payload, msgID, headers, lastSubjectSequence } = item.message;
    try {
      const ack = await this.#connection.jetstream.publish(subject, payload, {
        msgID,
        timeout: ACK_TIMEOUT_MS,
        ...(headers && { headers }),
        ...(lastSubjectSequence !== undefined && { expect: { lastSubjectSequence } }),
      });
      if (this.#remove(item)) item.resolve(ack);
    } catch (thrown) {
      if (isRefusal(thrown)) {
        if (this.#remove(item)) item.reject(thrown);
      } else if (round === this.#round && !this.#closed) {
        // Soon, not now: a server that refuses at once must not be asked without end.
        this.#retry ??= setTimeout(() => this.#sendAgain(), 250);
      }
    }
  }

  #sendAgain(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#round++;
    this.#sent = 0;
    this.#pump();
  }

  /** @returns whether it was still waiting */
  #remove(item: Item): boolean {
    const index = this.#items.indexOf(item);
    if (index < 0) return false;
    clearTimeout(item.timer);
    this.#items.splice(index, 1);
    if (index < this.#sent) this.#sent--;
    this.#pump();
    return true;
  }

  #full(): TaskweaveError {
    return new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Too many messages are waiting for the NATS server.',
      subject: this.#connection.address.shown,
      found: `${MOST_WAITING} messages`,
      action: 'Start the server again, then resume.',
    });
  }
}
