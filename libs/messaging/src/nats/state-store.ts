import { JetStreamApiCodes } from '@nats-io/jetstream';
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import { headers, nuid } from '@nats-io/nats-core';
import type { Json } from '@taskweave/common';
import type { Subscription } from '../event-bus.js';
import { checkDotted, isDotted, toText } from '../names.js';
import { ABSENT, type StateChange, type StateEntry, type StateStore } from '../state-store.js';
import { hasCode, PATIENCE_MS, type Connection } from './connection.js';
import { follow } from './follow.js';
import type { Outbox } from './outbox.js';
import { readJson } from './read-message.js';

const OPERATION = 'KV-Operation';

/**
 * Values in a JetStream key-value bucket. Writes go through the outbox under an id of their own, not through the
 * bucket's client: only so is a compare-and-set that is sent again applied once.
 */
export class NatsStateStore implements StateStore {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #bucket: string;
  readonly #kv: KV;

  private constructor(connection: Connection, outbox: Outbox, bucket: string, kv: KV) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#bucket = bucket;
    this.#kv = kv;
  }

  static async open(connection: Connection, outbox: Outbox, namespace: string): Promise<NatsStateStore> {
    const bucket = `${namespace}_state`;
    const kv = await connection.ask('make the state bucket', () =>
      new Kvm(connection.jetstream).create(bucket, { history: 1, allow_direct: false }),
    );
    return new NatsStateStore(connection, outbox, bucket, kv);
  }

  async get(key: string): Promise<StateEntry | undefined> {
    checkDotted('key', key);
    const entry = await this.#read(key);
    if (entry === null || isDeletion(entry.operation)) return undefined;
    return { key, value: readJson(entry.value) ?? null, revision: entry.revision };
  }

  async put(key: string, value: Json): Promise<number> {
    checkDotted('key', key);
    return (await this.#write(key, toText(key, value)))!;
  }

  async compareAndSet(key: string, value: Json, revision: number): Promise<number | undefined> {
    checkDotted('key', key);
    const text = toText(key, value);
    if (revision !== ABSENT) return this.#write(key, text, revision);
    // A key that was deleted has the revision of its deletion.
    const entry = await this.#read(key);
    if (entry !== null && !isDeletion(entry.operation)) return undefined;
    return this.#write(key, text, entry?.revision ?? 0);
  }

  async delete(key: string, revision?: number): Promise<boolean> {
    checkDotted('key', key);
    const entry = await this.#read(key);
    if (entry === null || isDeletion(entry.operation)) return revision === undefined || revision === ABSENT;
    if (revision !== undefined && revision !== entry.revision) return false;
    return (await this.#write(key, undefined, revision)) !== undefined;
  }

  async keys(below = ''): Promise<string[]> {
    if (below !== '') checkDotted('key', below);
    return this.#connection.ask('list keys', async () => {
      const keys: string[] = [];
      for await (const key of await this.#kv.keys(below === '' ? '>' : `${below}.>`)) {
        if (isDotted(key)) keys.push(key);
      }
      return keys.sort();
    });
  }

  watch(
    scope: { readonly key: string } | { readonly below: string },
    handler: (change: StateChange) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription> {
    let filter: string;
    if ('key' in scope) checkDotted('key', (filter = scope.key));
    else if (scope.below === '') filter = '>';
    else {
      checkDotted('key', scope.below);
      filter = `${scope.below}.>`;
    }
    const prefix = `$KV.${this.#bucket}.`;
    return follow(
      this.#connection,
      { stream: `KV_${this.#bucket}`, filter: prefix + filter, from: 'latest' },
      (message) => {
        const key = message.subject.slice(prefix.length);
        if (!isDotted(key)) return;
        const there = !isDeletion(message.headers?.get(OPERATION) ?? '');
        return handler({
          key,
          ...(there && { value: readJson(message.data) ?? null }),
          revision: message.seq,
        });
      },
      onFailure,
    );
  }

  #read(key: string): Promise<KvEntry | null> {
    return this.#connection.ask('read state', () => this.#kv.get(key));
  }

  /** @returns the revision, or undefined when the key has not the expected one */
  async #write(key: string, text: string | undefined, expected?: number): Promise<number | undefined> {
    const deletion = headers();
    deletion.set(OPERATION, 'DEL');
    try {
      const { seq } = await this.#outbox.send({
        subject: `$KV.${this.#bucket}.${key}`,
        payload: text ?? '',
        msgID: nuid.next(),
        patienceMs: PATIENCE_MS,
        ...(text === undefined && { headers: deletion }),
        ...(expected !== undefined && { lastSubjectSequence: expected }),
      });
      return seq;
    } catch (thrown) {
      if (isOtherRevision(thrown)) return undefined;
      throw thrown;
    }
  }
}

/** As the bucket's client has it, which takes every other word for a value. */
function isDeletion(operation: string): boolean {
  return operation === 'DEL' || operation === 'PURGE';
}

function isOtherRevision(thrown: unknown): boolean {
  const { StreamWrongLastSequence, StreamWrongLastSequenceUnknown } = JetStreamApiCodes;
  return hasCode(thrown, StreamWrongLastSequence) || hasCode(thrown, StreamWrongLastSequenceUnknown);
}
