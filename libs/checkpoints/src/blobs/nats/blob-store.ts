import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { Objm, type ObjectInfo, type ObjectStore } from '@nats-io/obj';
import { TaskweaveError } from '@taskweave/common';
import { Connection, hasCode, isRefusal } from '@taskweave/messaging/nats/connection';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore, BlobStoreOptions } from '../blob-store.js';
import { blobDamaged, blobMissing, sourceMissing, storeAway, storeFull, storeRefuses } from '../errors.js';
import { checkBlobName, namesBelow } from '../names.js';
import { PATIENCE_MS, patiently, type Verdicts } from '../patience.js';
import { receiveFile } from '../receive-file.js';
import { parseNatsBucketUrl } from './url.js';

/** Half of the largest message that a server takes unless it is told otherwise. */
const CHUNK_BYTES = 512 * 1024;
/** Of our own kind, somebody else put the blob in between; see the server's list of errors. */
const WRONG_LAST_SEQUENCE = 10071;
/** The account, the server's storage, or the bucket has no room; the last one has no number of its own. */
const FULL_CODES = [10002, 10023, 10047, 10122];
const FULL_TEXT = /maximum (bytes|messages) exceeded/;

/** What the connection throws is of our family already. */
const OPENING: Verdicts = {
  final(thrown) {
    const error = TaskweaveError.from(thrown);
    return error.code === 'SERVICE_UNAVAILABLE' ? undefined : error;
  },
  away: (thrown) => TaskweaveError.from(thrown),
};

/** Blobs in a bucket of the JetStream object store, which other clients read as well. */
export class NatsBlobStore implements BlobStore {
  readonly #connection: Connection;
  readonly #bucket: string;
  readonly #objects: ObjectStore;
  readonly #patienceMs: number;

  private constructor(connection: Connection, bucket: string, objects: ObjectStore, patienceMs: number) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#objects = objects;
    this.#patienceMs = patienceMs;
  }

  /**
   * @param url `nats://host:port/bucket`; the bucket is made unless it is there
   * @throws TaskweaveError `CONFIG_INVALID`, `SERVICE_UNAVAILABLE`
   */
  static async open(
    url: string,
    { patienceMs = PATIENCE_MS }: BlobStoreOptions = {},
  ): Promise<NatsBlobStore> {
    const { server, bucket } = parseNatsBucketUrl(url);
    const connection = await patiently(patienceMs, OPENING, () => Connection.open(server));
    try {
      const objects = await new Objm(connection.jetstream).create(bucket);
      return new NatsBlobStore(connection, bucket, objects, patienceMs);
    } catch (cause) {
      await connection.close();
      const what = `open the bucket ${bucket}`;
      throw (isRefusal(cause) ? storeRefuses : storeAway)(connection.address.shown, what, cause);
    }
  }

  get description(): string {
    return `NATS ${this.#connection.address.shown}, bucket ${this.#bucket}`;
  }

  async put(name: string, file: string): Promise<void> {
    checkBlobName(name);
    await this.#ask(`put ${name}`, async () => {
      const handle = await open(file).catch((cause: unknown) => {
        throw sourceMissing(file, cause);
      });
      try {
        // Of several writers at a time all but one begin again, or chunks would be left that belong to nothing.
        const previousRevision = (await this.#info(name))?.revision ?? 0;
        const meta = { name, options: { max_chunk_size: CHUNK_BYTES } };
        const contents = Readable.toWeb(
          handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES }),
        );
        await this.#objects.put(meta, contents as ReadableStream<Uint8Array>, { previousRevision });
      } finally {
        await handle.close();
      }
    });
  }

  async get(name: string, file: string, mostBytes = Infinity): Promise<number> {
    checkBlobName(name);
    return this.#ask(`get ${name}`, async () => {
      const info = await this.#info(name);
      if (info === undefined || info.deleted) throw blobMissing(this.description, name);
      const { size } = info;
      if (size > mostBytes)
        throw blobDamaged(this.description, name, `${size} bytes`, `at most ${mostBytes} bytes`);
      await receiveFile(file, size, this.#chunks(name, info));
      return size;
    });
  }

  async exists(name: string): Promise<boolean> {
    checkBlobName(name);
    const info = await this.#ask(`look for ${name}`, () => this.#info(name));
    return info !== undefined && !info.deleted;
  }

  async list(below?: string): Promise<string[]> {
    if (below !== undefined) checkBlobName(below);
    const { streams } = this.#connection.manager;
    const prefix = this.#metaSubject('');
    const { state } = await this.#ask('list blobs', () => {
      return streams.info(this.#stream, { subjects_filter: `${prefix}>` });
    });
    const names = Object.keys(state.subjects ?? {}).map((subject) =>
      Buffer.from(subject.slice(prefix.length), 'base64url').toString(),
    );
    return namesBelow(names, below);
  }

  /** Forgets the name first: from then on nobody reads the chunks. The client's own way leaves a mark for ever. */
  async delete(name: string): Promise<void> {
    checkBlobName(name);
    const { streams } = this.#connection.manager;
    await this.#ask(`delete ${name}`, async () => {
      const info = await this.#info(name);
      if (info === undefined) return;
      await streams.purge(this.#stream, { filter: this.#metaSubject(name) });
      await streams.purge(this.#stream, { filter: this.#chunkSubject(info) });
    });
  }

  async close(): Promise<void> {
    // The client writes what it was given at the end of the turn, and would write to a socket that is closed.
    await nextTurn();
    await this.#connection.close();
  }

  async #info(name: string): Promise<ObjectInfo | undefined> {
    return (await this.#objects.info(name)) ?? undefined;
  }

  /**
   * One chunk after the other, each asked for when the one before it is written: the memory of a chunk is enough, and a
   * server that is killed in between costs a question.
   *
   * @throws TaskweaveError `FILE_DAMAGED` when a chunk is missing or the hash is another one
   */
  async *#chunks(name: string, info: ObjectInfo): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let seq = 0;
    for (let number = 1; number <= info.chunks; number++) {
      const query = { seq: seq + 1, next_by_subj: this.#chunkSubject(info) };
      const message = await this.#ask(`get ${name}`, () => {
        return this.#connection.manager.streams.getMessage(this.#stream, query);
      });
      if (message === null) {
        const now = await this.#ask(`get ${name}`, () => this.#info(name));
        // Replaced by another meanwhile, which is worth another attempt.
        if (now?.revision !== info.revision) throw new Error('the blob was replaced while it was read');
        throw blobDamaged(this.description, name, `${number - 1} chunks`, `${info.chunks} chunks`);
      }
      seq = message.seq;
      hash.update(message.data);
      yield message.data;
    }
    const found = `SHA-256=${hash.digest('base64url')}`;
    const expected = info.digest.replace(/=+$/, '');
    if (found !== expected) throw blobDamaged(this.description, name, found, expected);
  }

  get #stream(): string {
    return `OBJ_${this.#bucket}`;
  }

  /** As all clients of the object store have it. */
  #metaSubject(name: string): string {
    const padded = Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    return `$O.${this.#bucket}.M.${padded}`;
  }

  #chunkSubject({ nuid }: ObjectInfo): string {
    return `$O.${this.#bucket}.C.${nuid}`;
  }

  /** Asks until there is an answer; see `BlobStore`. */
  #ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
    const verdicts = {
      final: (thrown: unknown): TaskweaveError | undefined => {
        if (thrown instanceof TaskweaveError) return thrown;
        if (this.#connection.nats.isClosed()) return storeAway(this.description, what, thrown);
        if (!isRefusal(thrown) && !isFull(thrown)) return undefined;
        if (hasCode(thrown, WRONG_LAST_SEQUENCE) || hasCode(thrown, JetStreamApiCodes.NoMessageFound))
          return undefined;
        return (isFull(thrown) ? storeFull : storeRefuses)(this.description, what, thrown);
      },
      away: (thrown: unknown) => storeAway(this.description, what, thrown),
    };
    return patiently(this.#patienceMs, verdicts, () => {
      // A question to a server that is known to be away would wait for its time limit.
      return this.#connection.connected ? question() : Promise.reject(new Error('not connected'));
    });
  }
}

function isFull(thrown: unknown): boolean {
  if (!(thrown instanceof JetStreamApiError)) return false;
  return FULL_CODES.includes(thrown.code) || FULL_TEXT.test(thrown.message);
}
