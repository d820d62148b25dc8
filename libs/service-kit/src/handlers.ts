/**
 * Lets a service write its methods as plain async functions and generators. Each wrapper turns errors into statuses,
 * a cancelled call into an aborted signal, and the call into a span of the caller's trace.
 */
import type {
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
} from '@grpc/grpc-js';
import type { EventEmitter } from 'node:events';
import { toStatus } from './errors.js';
import { readMessages, writeMessage } from './message-stream.js';
import { traceHandler } from './tracing.js';

/** What a handler knows about its call besides the request. */
export interface CallContext {
  /** Aborts when the client cancels, disappears or passes its deadline. */
  signal: AbortSignal;
}

type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'cancelled'> & EventEmitter;

/** The signal of a call. gRPC also says "cancelled" after calls that ended well; the signal does not. */
function cancellation(call: AnyCall): { signal: AbortSignal; settled(): void } {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  call.once('cancelled', cancel);
  if (call.cancelled) cancel();
  return { signal: controller.signal, settled: () => void call.off('cancelled', cancel) };
}

/** One request, one response. */
export function unary<Request, Response>(
  handler: (request: Request, context: CallContext) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const { signal, settled } = cancellation(call);
    void traceHandler(call, async () => handler(call.request, { signal }))
      .finally(settled)
      .then(
        (response) => callback(null, response),
        (thrown: unknown) => callback(toStatus(thrown)),
      );
  };
}

/** Sends what `produce` yields, then ends the call with success or with the error it threw. */
function respond<Response>(
  call: ServerWritableStream<unknown, Response> | ServerDuplexStream<unknown, Response>,
  produce: (signal: AbortSignal) => AsyncIterable<Response>,
): void {
  const { signal, settled } = cancellation(call);
  void traceHandler(call, async () => {
    for await (const message of produce(signal)) {
      await writeMessage(call, message, signal);
      if (signal.aborted) break;
    }
  })
    .finally(settled)
    .then(
      () => void (call.destroyed || call.end()),
      (thrown: unknown) => void (call.destroyed || call.emit('error', toStatus(thrown))),
    );
}

/**
 * One request, many responses. The generator is asked for its next message only when the client has room for it,
 * and is closed (its `finally` blocks run) when the client goes away.
 */
export function serverStream<Request, Response>(
  handler: (request: Request, context: CallContext) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  return (call) => respond(call, (signal) => handler(call.request, { signal }));
}

/** Many requests, many responses; the handler decides how they relate. Ending its iteration ends the call. */
export function bidi<Request, Response>(
  handler: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (call) => respond(call, (signal) => handler(readMessages<Request>(call, signal), { signal }));
}
