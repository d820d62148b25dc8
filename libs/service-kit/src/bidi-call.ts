import { Metadata } from '@grpc/grpc-js';
import { callOptions, type StreamOptions } from './client.js';
import { methodOf, type Connection, type MethodName, type RequestOf, type ResponseOf } from './connection.js';
import { fromStatus, unavailable } from './errors.js';
import { readMessages, writeMessage } from './message-stream.js';

/** How long next() waits by default. */
const DEFAULT_ANSWER_MS = 60_000;
/** How long close() waits for the service to end its side before it cancels. */
const CLOSE_MS = 2_000;

/** A bidirectional call in progress. */
export interface BidiCall<Request, Response> {
  /** Sends a message; resolves when there is room for another. */
  send(message: Request): Promise<void>;
  /**
   * The next message from the service. One call at a time.
   *
   * @param timeoutMs milliseconds to wait, default 60,000
   * @throws TaskweaveError: the one the service threw; `SERVICE_UNAVAILABLE` when it ended the stream or the time is
   *   over, which also cancels the call; `STOPPED` after an abort
   */
  next(timeoutMs?: number): Promise<Response>;
  /** Says that nothing more will be sent and waits for the service to end its side; what it still sends is dropped. */
  close(): Promise<void>;
  /** Ends the call at once. */
  cancel(): void;
}

/** Opens a call with messages both ways. */
export function openBidi<D, K extends MethodName<D, true, true>>(
  connection: Connection<D>,
  name: K,
  options: StreamOptions = {},
): BidiCall<RequestOf<D[K]>, ResponseOf<D[K]>> {
  const { path, requestSerialize, responseDeserialize } = methodOf(connection, name);
  const stream = connection.client.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    new Metadata(),
    callOptions(options.deadlineMs),
  );
  const signal = options.signal ?? new AbortController().signal;
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel);
  stream.once('close', () => signal.removeEventListener('abort', cancel));
  const messages = readMessages<ResponseOf<D[K]>>(stream, signal);

  return {
    send: (message) => writeMessage(stream, message, signal),
    async next(timeoutMs = DEFAULT_ANSWER_MS) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        cancel();
      }, timeoutMs);
      try {
        const { done, value } = await messages.next();
        if (done === true) throw unavailable(connection.peer, 'ended the stream');
        return value;
      } catch (thrown) {
        throw late
          ? unavailable(connection.peer, 'did not answer in time')
          : fromStatus(thrown, connection.peer);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      stream.end();
      const timer = setTimeout(cancel, CLOSE_MS);
      try {
        while ((await messages.next()).done !== true);
      } catch {
        // How the service ends its side no longer matters.
      } finally {
        clearTimeout(timer);
      }
    },
    cancel,
  };
}
