import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { injectContext } from '@taskweave/telemetry';
import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { StreamOptions } from './client.js';
import { recordClientCall } from './call-metrics.js';
import { methodOf, type Connection, type MethodName, type RequestOf } from './connection.js';
import { fromStatus, toStatus, type Peer } from './errors.js';
import { MessageFrames, type MessageSink } from './message-frames.js';
import { countBuffers } from './young-garbage.js';

/** A call whose answers go to a {@link MessageSink}. */
export interface ReceivingCall {
  /**
   * Resolves when the service has ended the stream well; nothing is given to the sink afterwards.
   *
   * Rejects with a TaskweaveError: the one the service or the sink threw, `SERVICE_UNAVAILABLE` or `STOPPED`
   */
  readonly ended: Promise<void>;
  /** Stops reading: soon the service has no more room to write. */
  pause(): void;
  resume(): void;
  /** Ends the call at once. */
  cancel(): void;
}

/**
 * Calls a method with one request and many large responses, and writes these where they belong as their bytes come in.
 * `callServerStream` reads any stream; gRPC for Node joins each message first, in new memory, which takes a receiver
 * longer than all the rest. To the service the two are the same.
 */
export function receiveStream<D, K extends MethodName<D, false, true>>(
  connection: Connection<D>,
  name: K,
  request: RequestOf<D[K]>,
  sink: MessageSink,
  options: StreamOptions = {},
): ReceivingCall {
  const { path, requestSerialize } = methodOf(connection, name);
  const call = new Call(sink, options);
  const headers = requestHeaders(path, options.deadlineMs);
  const body = frame(requestSerialize(request));
  const began = performance.now();
  const done = connection.link.during((session) => call.run(session, headers, body));
  const ended = Promise.race([done, call.givenUp])
    .then(() => recordClientCall(path, status.OK, began))
    .catch((thrown: unknown) => {
      recordClientCall(path, codeOf(thrown), began);
      throw toError(thrown, connection.peer);
    })
    .finally(() => call.settled());
  // Whoever pauses may look at the end later.
  ended.catch(() => undefined);
  return { ended, pause: () => call.pause(), resume: () => call.resume(), cancel: () => call.cancel() };
}

function requestHeaders(path: string, deadlineMs: number | undefined): Record<string, string> {
  return {
    ...injectContext(),
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...(deadlineMs !== undefined && { 'grpc-timeout': `${Math.min(Math.ceil(deadlineMs), 99_999_999)}m` }),
  };
}

function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return framed;
}

/** An error as gRPC's own client has it. */
function statusError(code: status, details: string, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(`${code} ${status[code]}: ${details}`), { code, details, metadata });
}

/** @param thrown a status, or what the connection failed with */
function toError(thrown: unknown, peer: Peer): TaskweaveError {
  if (thrown instanceof TaskweaveError) return thrown;
  const { code, message } = thrown as Partial<ServiceError>;
  return fromStatus(
    typeof code === 'number' ? thrown : statusError(status.UNAVAILABLE, message ?? String(thrown)),
    peer,
  );
}

function codeOf(thrown: unknown): status {
  if (thrown instanceof TaskweaveError) return toStatus(thrown).code;
  const { code } = thrown as Partial<ServiceError>;
  return typeof code === 'number' ? code : status.UNAVAILABLE;
}

class Call {
  /** Rejects when the call is ended on this side. */
  readonly givenUp: Promise<never>;
  readonly #frames: MessageFrames;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #cancel = (): void => this.cancel();
  #reject!: (error: unknown) => void;
  #stream: ClientHttp2Stream | undefined;
  #paused = false;
  #over = false;

  constructor(sink: MessageSink, { signal, deadlineMs }: StreamOptions) {
    this.#frames = new MessageFrames(sink);
    this.givenUp = new Promise((_resolve, reject) => (this.#reject = reject));
    this.#signal = signal;
    signal?.addEventListener('abort', this.#cancel);
    if (signal?.aborted === true) this.cancel();
    if (deadlineMs !== undefined) {
      this.#timer = setTimeout(
        () => this.#giveUp(statusError(status.DEADLINE_EXCEEDED, 'Deadline exceeded')),
        deadlineMs,
      );
    }
  }

  pause(): void {
    this.#paused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stream?.resume();
  }

  cancel(): void {
    this.#giveUp(new TaskweaveError({ code: 'STOPPED', message: 'The call was cancelled.' }));
  }

  /** Nothing more is to come. */
  settled(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#cancel);
  }

  async run(session: ClientHttp2Session, headers: Record<string, string>, body: Buffer): Promise<void> {
    if (this.#over) return;
    const stream = (this.#stream = session.request(headers));
    stream.end(body);
    await this.#received(stream, session);
  }

  /** Resolves at the status OK, rejects with any other. */
  #received(stream: ClientHttp2Stream, session: ClientHttp2Session): Promise<void> {
    let answer: ServiceError | 'OK' | undefined;
    stream.on('response', (headers) => (answer = statusOf(headers)));
    stream.on('trailers', (headers) => (answer = statusOf(headers) ?? answer));
    stream.on('data', (piece: Buffer) => this.#take(piece));
    if (this.#paused) stream.pause();
    // Told again, with what it means for the call, when the stream closes.
    stream.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      let whole = false;
      stream.on('end', () => (whole = true));
      stream.on('close', () => {
        if (answer !== undefined && answer !== 'OK') reject(answer);
        else if (session.destroyed || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
          reject(statusError(status.UNAVAILABLE, 'Connection dropped'));
        } else if (answer !== 'OK') {
          reject(statusError(status.INTERNAL, `The call ended without a status, code ${stream.rstCode}`));
        } else if (!whole || !this.#frames.betweenMessages) {
          reject(statusError(status.INTERNAL, 'The stream ended within a message'));
        } else resolve();
      });
    });
  }

  #take(piece: Buffer): void {
    countBuffers(piece.length);
    if (this.#over) return;
    try {
      this.#frames.write(piece);
    } catch (thrown) {
      this.#giveUp(TaskweaveError.from(thrown));
    }
  }

  #giveUp(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reject(error);
    this.#stream?.resume();
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }
}

/** What the headers say of how the call ended; undefined when they do not. */
function statusOf(headers: IncomingHttpHeaders): ServiceError | 'OK' | undefined {
  const code = headers['grpc-status'];
  if (code === undefined) {
    const http = Number(headers[':status'] ?? 200);
    return http === 200 ? undefined : statusError(status.UNAVAILABLE, `Received HTTP status code ${http}`);
  }
  if (Number(code) === status.OK) return 'OK';
  const details = String(headers['grpc-message'] ?? '');
  return statusError(Number(code), decoded(details), Metadata.fromHttp2Headers(headers));
}

function decoded(details: string): string {
  try {
    return decodeURI(details);
  } catch {
    return details;
  }
}
