import { Client, type ChannelCredentials, type ClientOptions, type Deadline } from '@grpc/grpc-js';
import { timeClientCalls } from './call-metrics.js';
import type { Peer } from './errors.js';
import { Http2Link } from './http2-link.js';
import { CHANNEL_OPTIONS } from './limits.js';
import { channelSecurity } from './security/credentials.js';
import { tracingInterceptor } from './tracing.js';

/** One method of a generated service definition (ts-proto's `FooServiceService`). */
export interface Method<Request, Response> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (message: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** The request message of a method's definition. */
export type RequestOf<M> = M extends { requestSerialize: (message: infer T) => Buffer } ? T : never;
/** The response message of a method's definition. */
export type ResponseOf<M> = M extends { responseDeserialize: (bytes: Buffer) => infer T } ? T : never;

/** Names of the methods of service definition D that stream as `Request` and `Response` say. */
export type MethodName<D, Request extends boolean, Response extends boolean> = {
  [K in keyof D & string]: D[K] extends { requestStream: Request; responseStream: Response } ? K : never;
}[keyof D & string];

/** A client constructor as ts-proto generates it (`FooServiceClient`). */
export interface ClientConstructor<D> {
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): Client;
  readonly service: D;
}

/** A channel to one service; made by {@link connect}, used by `callUnary`, `callServerStream`, `openBidi` and `receiveStream`. */
export interface Connection<D> {
  readonly client: Client;
  readonly definition: D;
  readonly peer: Peer;
  /** For `receiveStream`, which does not go through gRPC's own channel. */
  readonly link: Http2Link;
  /** Cancels nothing: calls still running fail or finish on their own. */
  close(): void;
}

/**
 * Prepares to call a service; connects on the first call and reconnects by itself after a failure.
 *
 * @param options.name what people call the service, for error messages
 * @throws TaskweaveError `CONFIG_INVALID` for an address beyond this machine without TLS; `FILE_MISSING` or
 *   `FILE_DAMAGED` for the files of TLS
 */
export function connect<D>(
  constructor: ClientConstructor<D>,
  address: string,
  options: { name: string },
): Connection<D> {
  const security = channelSecurity(address);
  const client = new constructor(address, security.credentials, {
    ...CHANNEL_OPTIONS,
    ...security.options,
    // A service that was restarted is found again within a second rather than grpc-js's default of up to minutes.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // Channels of this process to one address would otherwise share a connection, and each other's failures.
    'grpc.use_local_subchannel_pool': 1,
    interceptors: [timeClientCalls, tracingInterceptor],
  });
  const link = new Http2Link(address, security.tls);
  return {
    client,
    definition: constructor.service,
    peer: { name: options.name, address },
    link,
    close() {
      client.close();
      link.close();
    },
  };
}

/** The definition of one method. */
export function methodOf<D, K extends keyof D & string>(
  connection: Connection<D>,
  name: K,
): Method<RequestOf<D[K]>, ResponseOf<D[K]>> {
  return connection.definition[name] as Method<RequestOf<D[K]>, ResponseOf<D[K]>>;
}

/** The point in time `ms` from now, for gRPC. */
export function deadlineIn(ms: number): Deadline {
  return new Date(Date.now() + ms);
}
