import { DrawResponse, type RingToken, type SegmentChunk } from '@taskweave/contracts';
import { CHUNK_HEAD_BYTES, readChunkHead, type MessageSink } from '@taskweave/service-kit';

/** What becomes of the left neighbour's messages. Whatever is thrown ends the call. */
export interface DrawEvents {
  /** Where the data of a chunk belongs; its number of bytes is not checked yet. */
  place(chunk: Omit<SegmentChunk, 'data'>, bytes: number): Uint8Array;
  /** The chunk has been written to its place. */
  placed(): void;
  /** @param token undefined for a message of neither kind, and for bytes that are none */
  token(token: RingToken | undefined): void;
}

/** Takes the messages of a `Draw` call apart; the values of chunks are written to their place as they come in. */
export class DrawSink implements MessageSink {
  readonly headBytes = CHUNK_HEAD_BYTES;
  readonly #events: DrawEvents;

  constructor(events: DrawEvents) {
    this.#events = events;
  }

  begin(head: Uint8Array, length: number): Uint8Array | undefined {
    const chunk = readChunkHead(head, length);
    if (chunk === undefined) return undefined;
    return this.#events.place({ step: chunk.part, begin: chunk.offset }, length - chunk.dataAt);
  }

  written(): void {
    this.#events.placed();
  }

  message(bytes: Uint8Array): void {
    const message = decode(bytes);
    if (message?.$case !== 'chunk') return this.#events.token(message?.value);
    const { data, ...chunk } = message.value;
    this.#events.place(chunk, data.length).set(data);
    this.#events.placed();
  }
}

/** @returns undefined for bytes that are no message */
function decode(bytes: Uint8Array): DrawResponse['message'] {
  try {
    return DrawResponse.decode(bytes).message;
  } catch {
    return undefined;
  }
}
