import { TaskweaveError, type Json } from '@taskweave/common';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeLog, decodeRecord, encodeRecord } from './log-codec.js';

/** A log is rewritten when it is this much longer than what is still needed of it. */
const COMPACT_AT_BYTES = 4 * 1024 * 1024;

export interface LogOwner {
  /** Takes one record of the log into account, when it is opened. */
  replay(record: Json): void;
  /** Records that lead to the present state; undefined for a log of which everything is needed. */
  snapshot?(): Iterable<Json>;
}

interface Waiting {
  readonly line: string;
  resolve(): void;
  reject(failure: TaskweaveError): void;
}

/**
 * A file that records are added to. They are on the disk, synced, when `append` resolves; records that are added
 * while a sync is under way share the next one. It belongs to one process.
 */
export class AppendLog {
  readonly #path: string;
  readonly #owner: LogOwner;
  #file: FileHandle;
  #bytes: number;
  #bytesNeeded: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failure: TaskweaveError | undefined;

  private constructor(path: string, owner: LogOwner, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#owner = owner;
    this.#file = file;
    this.#bytes = bytes;
    this.#bytesNeeded = 0;
  }

  /**
   * Opens a log, or begins one, and replays it. The rest of an interrupted write is cut off.
   *
   * @throws TaskweaveError `FILE_DAMAGED`, `OUTPUT_NOT_WRITABLE`
   */
  static async open(path: string, owner: LogOwner): Promise<AppendLog> {
    let file: FileHandle;
    let contents: Buffer;
    try {
      await mkdir(dirname(path), { recursive: true });
      file = await open(path, 'a');
      contents = await readFile(path);
    } catch (cause) {
      throw refused(path, cause);
    }
    try {
      const { records, bytes } = decodeLog(contents, path);
      if (bytes < contents.length) await file.truncate(bytes);
      for (const record of records) owner.replay(record);
      const log = new AppendLog(path, owner, file, bytes);
      if (records.length > 0) await log.#compactIfWorthIt();
      return log;
    } catch (thrown) {
      await file.close();
      throw thrown instanceof TaskweaveError ? thrown : refused(path, thrown);
    }
  }

  /** Why nothing more can be written. What is in memory may be ahead of the disk then. */
  get failure(): TaskweaveError | undefined {
    return this.#failure;
  }

  /**
   * Adds a record.
   *
   * @returns resolves when it is on the disk; in the order of the calls
   * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`; then, and for ever after
   */
  append(record: Json): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: encodeRecord(record), resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** The records that are on the disk now, from the first on. */
  async *read(): AsyncGenerator<Json, void, void> {
    if (this.#bytes === 0) return;
    const stream = createReadStream(this.#path, { end: this.#bytes - 1 });
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      yield decodeRecord(line, this.#path);
    }
  }

  /** Ends it, with all that was added on the disk. */
  async close(): Promise<void> {
    await this.#writing;
    this.#failure ??= new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: `${this.#path} was closed.`,
      subject: this.#path,
    });
    await this.#file.close();
  }

  /** Writes until nothing is waiting. Never rejects. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop, so that all who add in this turn share the sync.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const block = Buffer.from(batch.map(({ line }) => line).join(''));
        await this.#file.appendFile(block);
        await this.#file.datasync();
        this.#bytes += block.length;
        for (const { resolve } of batch) resolve();
        batch.length = 0;
        await this.#compactIfWorthIt();
      } catch (cause) {
        const failure = cause instanceof TaskweaveError ? cause : refused(this.#path, cause);
        this.#failure = failure;
        for (const { reject } of [...batch, ...this.#waiting]) reject(failure);
        this.#waiting = [];
      }
    }
    this.#writing = undefined;
  }

  /** Writes the present state to a file of its own, then lets it take the place of the log. */
  async #compactIfWorthIt(): Promise<void> {
    if (this.#owner.snapshot === undefined || this.#bytes < this.#bytesNeeded + COMPACT_AT_BYTES) return;
    // What is waiting to be written is part of the state already.
    const included = this.#waiting;
    this.#waiting = [];
    try {
      await this.#replaceBy([...this.#owner.snapshot()].map(encodeRecord).join(''));
    } catch (cause) {
      this.#waiting = [...included, ...this.#waiting];
      throw cause;
    }
    for (const { resolve } of included) resolve();
  }

  async #replaceBy(text: string): Promise<void> {
    const temporary = `${this.#path}.unfinished`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    const before = this.#file;
    this.#file = await open(this.#path, 'a');
    await before.close();
    this.#bytes = Buffer.byteLength(text);
    this.#bytesNeeded = this.#bytes;
  }
}

function refused(path: string, cause: unknown): TaskweaveError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new TaskweaveError(
    {
      code: 'OUTPUT_NOT_WRITABLE',
      message: `Cannot write ${path}: ${code === 'ENOSPC' ? 'the disk is full' : message}.`,
      subject: path,
      found: code ?? message,
      expected: 'a folder that can be written',
      action: 'Make room or make it writable, then resume the run.',
    },
    { cause },
  );
}
