import { TaskweaveError } from '@taskweave/common';
import { MAX_MESSAGE_BYTES } from './limits.js';

/** What becomes of the messages of a stream while their bytes come in. */
export interface MessageSink {
  /** How many of a message's first bytes {@link MessageSink.begin} wants to see. */
  readonly headBytes: number;
  /**
   * A message begins.
   *
   * @param head its first `headBytes` bytes, or all if there are no more; valid during the call only
   * @param length its bytes in all
   * @returns where to write its last bytes, all but some of `head`; undefined to be given it in one piece
   */
  begin(head: Uint8Array, length: number): Uint8Array | undefined;
  /** The memory that `begin` named has been written. */
  written(): void;
  /** A message in one piece. */
  message(bytes: Uint8Array): void;
}

function malformed(found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: 'A message of a stream cannot be taken in.',
    found,
    expected,
  });
}

/** A gRPC frame: whether the message is compressed, and its length. */
const PREFIX_BYTES = 5;

/**
 * Takes the frames of gRPC messages out of the pieces in which they arrive, and hands the messages on without joining
 * them first: large ones are written where they belong.
 */
export class MessageFrames {
  readonly #sink: MessageSink;
  /** Of the prefix, then of the message, as far as it is not written to #into. */
  #gathered: Uint8Array;
  #filled = 0;
  /** Bytes to gather until something can be decided. */
  #wanted = PREFIX_BYTES;
  /** Of the message under way; -1 before its prefix is complete. */
  #length = -1;
  #begun = false;
  #into: Uint8Array | undefined;
  #written = 0;

  constructor(sink: MessageSink) {
    this.#sink = sink;
    this.#gathered = new Uint8Array(Math.max(PREFIX_BYTES, sink.headBytes));
  }

  /** Whether all that came so far are whole messages. */
  get betweenMessages(): boolean {
    return this.#length < 0 && this.#filled === 0;
  }

  /**
   * Takes in the next piece of the stream.
   *
   * @throws TaskweaveError `INTERNAL` for a message that is compressed or too large; whatever the sink throws
   */
  write(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      const into = this.#into;
      if (into !== undefined) {
        const count = Math.min(into.length - this.#written, piece.length - at);
        into.set(count === piece.length ? piece : piece.subarray(at, at + count), this.#written);
        at += count;
        this.#written += count;
        if (this.#written === into.length) this.#finish();
      } else {
        const count = Math.min(this.#wanted - this.#filled, piece.length - at);
        this.#gathered.set(piece.subarray(at, at + count), this.#filled);
        at += count;
        this.#filled += count;
        if (this.#filled === this.#wanted) this.#advance();
      }
    }
  }

  /** All that was wanted is there. */
  #advance(): void {
    if (this.#length < 0) {
      this.#readPrefix();
      if (this.#wanted > 0) return;
    }
    if (!this.#begun) {
      this.#begun = true;
      const into = this.#sink.begin(this.#gathered.subarray(0, this.#filled), this.#length);
      if (into !== undefined) return this.#direct(into);
      if (this.#wanted < this.#length) return this.#gather(this.#length);
    }
    this.#sink.message(this.#gathered.subarray(0, this.#length));
    this.#next();
  }

  #readPrefix(): void {
    const [compressed, a = 0, b = 0, c = 0, d = 0] = this.#gathered;
    const length = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    if (compressed !== 0) throw malformed(`the flag ${compressed}`, 'an uncompressed message, flag 0');
    if (length > MAX_MESSAGE_BYTES) throw malformed(`${length} bytes`, `at most ${MAX_MESSAGE_BYTES}`);
    this.#length = length;
    this.#filled = 0;
    this.#wanted = Math.min(this.#sink.headBytes, length);
  }

  /** Writes the rest of the message where the sink wants it; its head may hold the first of it. */
  #direct(into: Uint8Array): void {
    const skipped = this.#length - into.length;
    const early = this.#gathered.subarray(skipped, this.#filled);
    into.set(early);
    this.#into = into;
    this.#written = early.length;
    if (this.#written === into.length) this.#finish();
  }

  #gather(bytes: number): void {
    const gathered = new Uint8Array(bytes);
    gathered.set(this.#gathered.subarray(0, this.#filled));
    this.#gathered = gathered;
    this.#wanted = bytes;
  }

  #finish(): void {
    this.#sink.written();
    this.#next();
  }

  #next(): void {
    if (this.#gathered.length > Math.max(PREFIX_BYTES, this.#sink.headBytes)) {
      this.#gathered = new Uint8Array(Math.max(PREFIX_BYTES, this.#sink.headBytes));
    }
    this.#into = undefined;
    this.#length = -1;
    this.#begun = false;
    this.#filled = 0;
    this.#wanted = PREFIX_BYTES;
  }
}
