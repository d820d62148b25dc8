import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { BlobStore, BlobStoreOptions } from '../blob-store.js';
import { blobDamaged, blobMissing, sourceMissing, storeAway } from '../errors.js';
import { checkBlobName, namesBelow } from '../names.js';
import { PATIENCE_MS, patiently } from '../patience.js';
import { receiveFile } from '../receive-file.js';
import { isLostUpload, isMissing, verdictsOn } from './failures.js';
import { PART_BYTES, partsOf, readPart } from './parts.js';
import { parseS3Url, type S3Address } from './url.js';

/** Stores other than Amazon's mostly do not mind what the region is called, but a signature has one. */
const DEFAULT_REGION = 'us-east-1';
const CONNECT_MS = 5_000;
/** Silence of a connection after which it is given up. */
const SILENCE_MS = 30_000;

/** Blobs as the objects of a bucket in S3, or in a store that speaks its protocol. */
export class S3BlobStore implements BlobStore {
  readonly #client: S3Client;
  readonly #address: S3Address;
  readonly #patienceMs: number;
  #closed = false;

  private constructor(client: S3Client, address: S3Address, patienceMs: number) {
    this.#client = client;
    this.#address = address;
    this.#patienceMs = patienceMs;
  }

  /**
   * Credentials are those that the SDK finds by itself: environment variables, profiles, roles of the machine.
   *
   * @param url `s3://bucket/prefix?endpoint=...&region=...`; the bucket must exist
   * @throws TaskweaveError `CONFIG_INVALID`, `SERVICE_UNAVAILABLE`
   */
  static async open(url: string, { patienceMs = PATIENCE_MS }: BlobStoreOptions = {}): Promise<S3BlobStore> {
    const address = parseS3Url(url);
    const { endpoint, region = endpoint === undefined ? undefined : DEFAULT_REGION } = address;
    // Every process would say that later versions of the SDK need a later Node; ours is pinned to one that does not.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    const client = new S3Client({
      ...(region !== undefined && { region }),
      // Buckets as hosts need a name server that knows them.
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
      // Other stores do not know the newer checksums; bodies are signed by their SHA-256 in any case.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    const store = new S3BlobStore(client, address, patienceMs);
    try {
      const { bucket: Bucket } = address;
      await store.#ask(`open the bucket ${Bucket}`, () => client.send(new HeadBucketCommand({ Bucket })));
      return store;
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
  }

  get description(): string {
    const { bucket, prefix, endpoint } = this.#address;
    return `S3 ${endpoint === undefined ? '' : `${endpoint}, `}bucket ${bucket}${prefix === '' ? '' : `, ${prefix}`}`;
  }

  async put(name: string, file: string): Promise<void> {
    const object = this.#object(name);
    const handle = await open(file).catch((cause: unknown) => {
      throw sourceMissing(file, cause);
    });
    try {
      const { size } = await handle.stat();
      if (size > PART_BYTES) return await this.#putInParts(object, name, handle, size);
      const Body = await readPart(handle, { begin: 0, bytes: size });
      await this.#ask(`put ${name}`, () => this.#client.send(new PutObjectCommand({ ...object, Body })));
    } finally {
      await handle.close();
    }
  }

  async get(name: string, file: string, mostBytes = Infinity): Promise<number> {
    const object = this.#object(name);
    return this.#ask(`get ${name}`, async () => {
      const { Body, ContentLength: size = 0 } = await this.#client
        .send(new GetObjectCommand(object))
        .catch((thrown: unknown) => {
          throw isMissing(thrown) ? blobMissing(this.description, name) : thrown;
        });
      const body = Body as Readable;
      try {
        if (size > mostBytes) {
          throw blobDamaged(this.description, name, `${size} bytes`, `at most ${mostBytes} bytes`);
        }
        await receiveFile(file, size, body as AsyncIterable<Uint8Array>);
      } finally {
        body.destroy();
      }
      return size;
    });
  }

  async exists(name: string): Promise<boolean> {
    const object = this.#object(name);
    return this.#ask(`look for ${name}`, async () => {
      try {
        await this.#client.send(new HeadObjectCommand(object));
        return true;
      } catch (thrown) {
        if (isMissing(thrown)) return false;
        throw thrown;
      }
    });
  }

  async list(below?: string): Promise<string[]> {
    if (below !== undefined) checkBlobName(below);
    const { bucket: Bucket, prefix } = this.#address;
    const Prefix = below === undefined ? prefix : `${prefix}${below}/`;
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const request = { Bucket, Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) };
      const page = await this.#ask('list blobs', () => this.#client.send(new ListObjectsV2Command(request)));
      for (const { Key } of page.Contents ?? []) names.push(Key!.slice(prefix.length));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return namesBelow(names, below);
  }

  async delete(name: string): Promise<void> {
    const object = this.#object(name);
    await this.#ask(`delete ${name}`, () => this.#client.send(new DeleteObjectCommand(object)));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#client.destroy();
    return Promise.resolve();
  }

  /** The object is there once the last request is answered; until then nobody sees the parts. */
  async #putInParts(object: Address, name: string, handle: FileHandle, size: number): Promise<void> {
    await this.#ask(`put ${name}`, async () => {
      const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(object));
      const upload = { ...object, UploadId: UploadId! };
      try {
        const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
        for (const part of partsOf(size)) {
          const Body = await readPart(handle, part);
          const request = { ...upload, PartNumber: part.number, Body };
          const { ETag } = await this.#ask(
            `put ${name}`,
            () => this.#client.send(new UploadPartCommand(request)),
            (thrown) => (isLostUpload(thrown) ? (thrown as Error) : undefined),
          );
          Parts.push({ PartNumber: part.number, ETag });
        }
        await this.#client.send(
          new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
        );
      } catch (thrown) {
        // What cannot be removed now is left to the bucket's rule for unfinished uploads.
        await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
        throw thrown;
      }
    });
  }

  #object(name: string): Address {
    checkBlobName(name);
    const { bucket, prefix } = this.#address;
    return { Bucket: bucket, Key: prefix + name };
  }

  /**
   * Asks until there is an answer; see `BlobStore`.
   *
   * @param handOn what the caller deals with, to be thrown as it is
   */
  #ask<Answer>(
    what: string,
    question: () => Promise<Answer>,
    handOn: (thrown: unknown) => Error | undefined = () => undefined,
  ): Promise<Answer> {
    const { final, away } = verdictsOn(this.description, what);
    const verdicts = {
      away,
      final: (thrown: unknown) =>
        this.#closed ? storeAway(this.description, what, thrown) : (handOn(thrown) ?? final(thrown)),
    };
    return patiently(this.#patienceMs, verdicts, async () => {
      if (this.#closed) throw new Error('the store is closed');
      return question();
    });
  }
}

interface Address {
  readonly Bucket: string;
  readonly Key: string;
}
