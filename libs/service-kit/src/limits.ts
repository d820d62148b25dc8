import { logVerbosity, setLogVerbosity, type ChannelOptions } from '@grpc/grpc-js';

/** Largest message either side accepts. Tensors travel in chunks far below it. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Milliseconds between the pings that find out whether a peer is still there, and that it has to answer one. */
export const KEEPALIVE = { everyMs: 30_000, answerMs: 20_000 } as const;

/**
 * Bytes a server may send ahead of a client that has not read yet. HTTP/2's default of 64 KiB is less than one chunk
 * of a batch, so that sender and receiver would work by turns.
 */
export const FLOW_CONTROL_WINDOW_BYTES = 8 * 1024 * 1024;

/** Deadline of a unary call when the caller names none. */
export const DEFAULT_DEADLINE_MS = 10_000;

// gRPC would print failures to the terminal that reach the user as a TaskweaveError anyway.
if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE);

/**
 * Options of every channel and server. The keep-alive pings find a peer that is stopped or unreachable even while a
 * stream, which has no deadline, is silent.
 */
export const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.keepalive_time_ms': KEEPALIVE.everyMs,
  'grpc.keepalive_timeout_ms': KEEPALIVE.answerMs,
  // Services are neighbours; a proxy meant for the web must not stand between them.
  'grpc.enable_http_proxy': 0,
  'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
};
