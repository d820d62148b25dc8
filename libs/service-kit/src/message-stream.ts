import type { Readable, Writable } from 'node:stream';
import { TaskweaveError } from '@taskweave/common';

const READING_EVENTS = ['readable', 'end', 'error', 'close'] as const;

function stopped(): TaskweaveError {
  return new TaskweaveError({ code: 'STOPPED', message: 'The call was cancelled.' });
}

/** Resolves at the first of `events`, or when the signal aborts; leaves no listener behind. */
function firstOf(stream: Writable, events: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** Waits for a stream to have something to read, again and again, without new listeners for every message. */
class Waiting {
  readonly #stream: Readable;
  readonly #signal: AbortSignal;
  readonly #wake = (): void => this.#resolve?.();
  #resolve: (() => void) | undefined;

  constructor(stream: Readable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    for (const event of READING_EVENTS) stream.on(event, this.#wake);
    signal.addEventListener('abort', this.#wake);
  }

  /** Resolves when something has happened since the call, or the signal aborts. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  stop(): void {
    for (const event of READING_EVENTS) this.#stream.off(event, this.#wake);
    this.#signal.removeEventListener('abort', this.#wake);
  }
}

/**
 * The messages of a gRPC stream in order. No more is read from the peer than is consumed here plus the stream's
 * small buffer, so a slow consumer slows the sender down.
 *
 * Node's own async iterator is not used because it destroys the stream when iteration stops, which on a
 * bidirectional call would also cut off what is still to be written.
 *
 * @param signal aborting it ends the iteration with `STOPPED`
 * @throws whatever error the stream ended with, after the messages that came before it
 */
export function readMessages<T>(stream: Readable, signal: AbortSignal): AsyncGenerator<T, void, void> {
  let ended = false;
  let failure: { error: unknown } | undefined;
  // Listening starts here and not with the iteration: the stream may fail before anyone asks for a message.
  stream.once('end', () => (ended = true));
  stream.on('error', (error) => (failure ??= { error }));

  async function* iterate(): AsyncGenerator<T, void, void> {
    const waiting = new Waiting(stream, signal);
    try {
      for (;;) {
        if (signal.aborted) throw stopped();
        const message = stream.read() as T | null;
        if (message !== null) yield message;
        else if (failure !== undefined) throw failure.error;
        else if (ended) return;
        else if (stream.destroyed) throw stopped();
        else await waiting.next();
      }
    } finally {
      waiting.stop();
    }
  }
  return iterate();
}

/** Writes one message, then waits until the stream's buffer has room again; returns at once if it is cancelled. */
export async function writeMessage<T>(stream: Writable, message: T, signal: AbortSignal): Promise<void> {
  if (signal.aborted || stream.destroyed || stream.write(message)) return;
  await firstOf(stream, ['drain', 'error', 'close'], signal);
}
