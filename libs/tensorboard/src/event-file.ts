import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeEvent, type EventContents } from './event.js';
import { encodeRecord } from './record.js';

/** How long an event waits at most until it is in the file. */
const FLUSH_MS = 2000;
/** Bytes that may wait while the disk takes none; the latest events are then lost. */
const MOST_WAITING = 4 * 1024 * 1024;

const NAME = /^events\.out\.tfevents\.(\d+)/;

export interface EventFileOptions {
  /** Told once, of the first write that fails. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * A file of events that TensorBoard follows as it grows. It is made with the first event. Events are written in batches, and
 * the file always ends with a whole one, as far as the disk lets it: what it did not take is written again with the next
 * batch. Nothing here throws, as a run must not end because nobody can look at it.
 */
export class EventFile {
  readonly #folder: string;
  readonly #onProblem: EventFileOptions['onProblem'];
  readonly #timer: NodeJS.Timeout;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #begun = false;
  #problem = false;
  #file: FileHandle | undefined;
  /** Where the next batch goes. */
  #end = 0;
  #flushed: Promise<void> = Promise.resolve();

  /** @param folder of a run's event files; made if it is not there */
  constructor(folder: string, { onProblem }: EventFileOptions) {
    this.#folder = folder;
    this.#onProblem = onProblem;
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS);
    // Whoever has ended without closing it is not held up.
    this.#timer.unref();
  }

  /**
   * Adds an event.
   *
   * @param time milliseconds since 1970-01-01 UTC
   * @param step 0 or more
   */
  add(step: number, contents: EventContents, time = Date.now()): void {
    if (!this.#begun) {
      this.#begun = true;
      this.#push(encodeEvent(time / 1000, 0, { kind: 'version' }));
    }
    if (this.#bytes < MOST_WAITING) this.#push(encodeEvent(time / 1000, step, contents));
  }

  /** Writes what was added so far. */
  flush(): Promise<void> {
    return (this.#flushed = this.#flushed.then(() => this.#write()));
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#file?.close().catch(this.#tell);
  }

  #push(event: Uint8Array): void {
    const record = encodeRecord(event);
    this.#waiting.push(record);
    this.#bytes += record.length;
  }

  async #write(): Promise<void> {
    const count = this.#waiting.length;
    if (count === 0) return;
    try {
      this.#file ??= await this.#create();
      const batch = Buffer.concat(this.#waiting.slice(0, count));
      await writeAt(this.#file, batch, this.#end);
      this.#end += batch.length;
      this.#waiting = this.#waiting.slice(count);
      this.#bytes -= batch.length;
    } catch (problem) {
      this.#tell(problem);
      // Half a record at the end would be taken for damage.
      await this.#file?.truncate(this.#end).catch(() => undefined);
    }
  }

  async #create(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    return open(join(this.#folder, nextName(this.#folder, Date.now())), 'wx');
  }

  readonly #tell = (problem: unknown): void => {
    if (!this.#problem) this.#onProblem(problem);
    this.#problem = true;
  };
}

/**
 * The name of the next file. TensorBoard reads the files of a folder in the order of the times in their names, so a new one
 * is later than all others, whatever the clock says.
 */
function nextName(folder: string, now: number): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const latest = Math.max(0, ...names.map((name) => Number(NAME.exec(name)?.[1] ?? 0)));
  const seconds = Math.max(latest + 1, Math.floor(now / 1000));
  return `events.out.tfevents.${String(seconds).padStart(10, '0')}.taskweave`;
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
