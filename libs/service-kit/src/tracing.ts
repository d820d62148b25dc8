/**
 * Trace context over gRPC. The stock instrumentation patches CommonJS modules and does not see ESM imports, so the
 * two halves are written out here: a client interceptor that sends the context, a wrapper that receives it.
 */
import { InterceptingCall, type Interceptor, type Metadata } from '@grpc/grpc-js';
import { extractContext, injectContext, withContext, withSpan, type Carrier } from '@taskweave/telemetry';

/** Sends the active trace context along with every call. */
export const tracingInterceptor: Interceptor = (options, nextCall) =>
  new InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      for (const [key, value] of Object.entries(injectContext())) metadata.set(key, value);
      next(metadata, listener);
    },
  });

interface IncomingCall {
  metadata: Metadata;
  getPath(): string;
}

/** `/taskweave.v1.DataService/Describe` as span name and attributes of OpenTelemetry's RPC conventions. */
export function describePath(path: string): { name: string; attributes: Record<string, string> } {
  const [service = '', method = ''] = path.slice(1).split('/');
  return {
    name: `${service}/${method}`,
    attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  };
}

/** Runs a handler in a span that continues the caller's trace. */
export function traceHandler<T>(call: IncomingCall, handler: () => Promise<T>): Promise<T> {
  const carrier: Carrier = {};
  for (const [key, value] of Object.entries(call.metadata.getMap())) {
    if (typeof value === 'string') carrier[key] = value;
  }
  const { name, attributes } = describePath(call.getPath());
  return withContext(extractContext(carrier), () => withSpan(name, attributes, handler, 'server'));
}
