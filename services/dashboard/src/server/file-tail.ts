import { open, type FileHandle } from 'node:fs/promises';

/** Bytes read at once: small enough that a long file does not keep the thread from answering. */
const CHUNK_BYTES = 1 << 20;
/** Bytes before the offset that are compared, to notice a file that was written anew under the same number. */
const GUARD_BYTES = 256;
const NEWLINE = 0x0a;

/** What happened to a file since it was read last. */
export interface TailNews {
  /** The file is another one than before: everything read so far is void. The lines are those of the new one. */
  readonly replaced: boolean;
  /** Whole lines, without their line breaks. */
  readonly lines: number;
}

/**
 * Reads a file of lines as it grows. A file that shrank, was replaced or removed is read from its beginning again; half a
 * line at the end is left until the rest is there.
 */
export class FileTail {
  readonly #path: string;
  /** Bytes of whole lines read so far. */
  #offset = 0;
  #inode = 0;
  #guard = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reads what is new.
   *
   * @param onReplaced called before the lines of another file are given
   * @param onLine called for every whole line
   */
  async poll(onReplaced: () => void, onLine: (line: string) => void): Promise<TailNews> {
    let file: FileHandle;
    try {
      file = await open(this.#path, 'r');
    } catch {
      return { replaced: this.#forget(onReplaced), lines: 0 };
    }
    try {
      const { size, ino } = await file.stat();
      const replaced = !(await this.#isContinued(file, size, ino)) && this.#forget(onReplaced);
      this.#inode = ino;
      return { replaced, lines: size > this.#offset ? await this.#read(file, onLine) : 0 };
    } finally {
      await file.close();
    }
  }

  async #isContinued(file: FileHandle, size: number, inode: number): Promise<boolean> {
    if (this.#offset === 0) return true;
    if (inode !== this.#inode || size < this.#offset) return false;
    const now = Buffer.alloc(this.#guard.length);
    await file.read(now, 0, now.length, this.#offset - now.length);
    return now.equals(this.#guard);
  }

  /** @returns whether anything had been read */
  #forget(onReplaced: () => void): boolean {
    const had = this.#offset > 0;
    this.#offset = 0;
    this.#guard = Buffer.alloc(0);
    if (had) onReplaced();
    return had;
  }

  async #read(file: FileHandle, onLine: (line: string) => void): Promise<number> {
    let lines = 0;
    let size = CHUNK_BYTES;
    for (;;) {
      const chunk = Buffer.alloc(size);
      const { bytesRead } = await file.read(chunk, 0, size, this.#offset);
      const whole = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      if (whole === 0) {
        if (bytesRead < size) return lines;
        // A line that is longer than the chunk.
        size *= 2;
        continue;
      }
      for (let start = 0; start < whole;) {
        const end = chunk.indexOf(NEWLINE, start);
        onLine(chunk.toString('utf8', start, end));
        lines++;
        start = end + 1;
      }
      this.#offset += whole;
      this.#guard = Buffer.from(
        Buffer.concat([this.#guard, chunk.subarray(Math.max(0, whole - GUARD_BYTES), whole)]).subarray(
          -GUARD_BYTES,
        ),
      );
      if (bytesRead < size) return lines;
    }
  }
}
