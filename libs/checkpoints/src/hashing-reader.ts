import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { damaged, notReadable } from './damaged.js';
import { CHUNK_BYTES } from './file-parts.js';

/**
 * Reads a file once from beginning to end and hashes what goes by. It holds one chunk at a time, and other work of the
 * process gets its turn between any two. Every method throws TaskweaveError `CHECKPOINT_DAMAGED` for a file that cannot
 * be read.
 */
export class HashingReader {
  /** Bytes in the file. */
  readonly length: number;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #buffer: Uint8Array<ArrayBuffer>;
  /** What is read and hashed, but not yet handed on. */
  #waiting = new Uint8Array(0);
  /** Bytes read so far. */
  #position = 0;

  private constructor(path: string, handle: FileHandle, length: number) {
    this.#path = path;
    this.#handle = handle;
    this.length = length;
    this.#buffer = new Uint8Array(Math.min(CHUNK_BYTES, length));
  }

  /** Must be closed. */
  static async open(path: string): Promise<HashingReader> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      return new HashingReader(path, handle, (await handle.stat()).size);
    } catch (cause) {
      await handle?.close();
      throw notReadable(path, cause);
    }
  }

  /** Fills `target`, not longer than what is left, with the next bytes. */
  async fill(target: Uint8Array): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#waiting.length === 0) await this.#readChunk();
      const part = this.#waiting.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#waiting = this.#waiting.subarray(part.length);
    }
  }

  /** Passes over the next bytes, not more than are left; they count for the hash. */
  async skip(bytes: number): Promise<void> {
    let left = bytes;
    while (left > 0) {
      if (this.#waiting.length === 0) await this.#readChunk();
      const passed = Math.min(left, this.#waiting.length);
      this.#waiting = this.#waiting.subarray(passed);
      left -= passed;
    }
  }

  /** SHA-256 of the whole file, in lower-case hexadecimal; reads what is left of it. To be called once. */
  async sha256(): Promise<string> {
    while (this.#position < this.length) await this.#readChunk();
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readChunk(): Promise<void> {
    const length = Math.min(this.#buffer.length, this.length - this.#position);
    const { bytesRead } = await this.#handle
      .read(this.#buffer, 0, length, this.#position)
      .catch((cause: unknown) => {
        throw notReadable(this.#path, cause);
      });
    if (bytesRead === 0) {
      throw damaged(this.#path, 'became shorter', `${this.#position} bytes`, `${this.length} bytes`);
    }
    this.#position += bytesRead;
    this.#waiting = this.#buffer.subarray(0, bytesRead);
    this.#hash.update(this.#waiting);
  }
}
