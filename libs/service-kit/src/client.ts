/** Calls with one request: promises and async iterables instead of callbacks and event emitters. */
import { Metadata, type CallOptions } from '@grpc/grpc-js';
import { withSpan } from '@taskweave/telemetry';
import {
  deadlineIn,
  methodOf,
  type Connection,
  type MethodName,
  type RequestOf,
  type ResponseOf,
} from './connection.js';
import { fromStatus } from './errors.js';
import { DEFAULT_DEADLINE_MS } from './limits.js';
import { readMessages } from './message-stream.js';
import { describePath } from './tracing.js';

export interface UnaryOptions {
  /** Milliseconds until the call is given up with `SERVICE_UNAVAILABLE`. @default 10000 */
  deadlineMs?: number;
  /** Aborting it cancels the call with `STOPPED`. */
  signal?: AbortSignal;
}

/**
 * Calls a method with one request and one response.
 *
 * @example const description = await callUnary(data, 'describe', { dataJson, tasks });
 * @throws TaskweaveError: the one the service threw, `SERVICE_UNAVAILABLE` or `STOPPED`
 */
export function callUnary<D, K extends MethodName<D, false, false>>(
  connection: Connection<D>,
  name: K,
  request: RequestOf<D[K]>,
  options: UnaryOptions = {},
): Promise<ResponseOf<D[K]>> {
  const { path, requestSerialize, responseDeserialize } = methodOf(connection, name);
  const { deadlineMs = DEFAULT_DEADLINE_MS, signal } = options;
  const span = describePath(path);
  return withSpan(
    span.name,
    span.attributes,
    () =>
      new Promise<ResponseOf<D[K]>>((resolve, reject) => {
        const call = connection.client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          new Metadata(),
          { deadline: deadlineIn(deadlineMs) },
          (error, response) => {
            signal?.removeEventListener('abort', cancel);
            if (error) reject(fromStatus(error, connection.peer));
            else resolve(response!);
          },
        );
        const cancel = (): void => call.cancel();
        signal?.addEventListener('abort', cancel);
        if (signal?.aborted === true) cancel();
      }),
    'client',
  );
}

export interface StreamOptions {
  /** Milliseconds for the whole stream; none by default, as a stream may last as long as a run. */
  deadlineMs?: number;
  /** Aborting it cancels the call; the iteration then throws `STOPPED`. */
  signal?: AbortSignal;
}

/** Call options with a deadline only if there is one. */
export function callOptions(deadlineMs: number | undefined): CallOptions {
  return deadlineMs === undefined ? {} : { deadline: deadlineIn(deadlineMs) };
}

/**
 * Calls a method with one request and many responses. The call starts with the iteration; leaving the loop early
 * cancels it. A slow loop slows the service down.
 *
 * @example for await (const part of callServerStream(data, 'streamBatches', request)) ...
 * @throws TaskweaveError from the iteration: the one the service threw, `SERVICE_UNAVAILABLE` or `STOPPED`
 */
export async function* callServerStream<D, K extends MethodName<D, false, true>>(
  connection: Connection<D>,
  name: K,
  request: RequestOf<D[K]>,
  options: StreamOptions = {},
): AsyncGenerator<ResponseOf<D[K]>, void, void> {
  const { path, requestSerialize, responseDeserialize } = methodOf(connection, name);
  const stream = connection.client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    new Metadata(),
    callOptions(options.deadlineMs),
  );
  try {
    yield* readMessages<ResponseOf<D[K]>>(stream, options.signal ?? new AbortController().signal);
  } catch (thrown) {
    throw fromStatus(thrown, connection.peer);
  } finally {
    stream.cancel();
  }
}
