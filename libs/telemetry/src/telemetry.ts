import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { SERVICE_ATTRIBUTE, currentService } from './service-scope.js';

export interface TelemetryOptions {
  /** Receives every finished span. Without one, spans only carry trace ids from service to service. */
  exporter?: SpanExporter;
}

/** What {@link startTelemetry} started. */
export interface Telemetry {
  /** Flushes and detaches the exporter of this call; tracing itself goes on for the rest of the process. */
  stop(): Promise<void>;
}

/** Processors can come and go while the tracer provider, of which a process has only one, stays. */
const processors = new Set<SpanProcessor>();
let defaultService: string | undefined;

const fanOut: SpanProcessor = {
  onStart(span, parent) {
    const service = currentService(parent) ?? defaultService;
    if (service !== undefined) span.setAttribute(SERVICE_ATTRIBUTE, service);
    for (const processor of processors) processor.onStart(span, parent);
  },
  onEnd(span: ReadableSpan) {
    for (const processor of processors) processor.onEnd(span);
  },
  async forceFlush() {
    await Promise.all([...processors].map((processor) => processor.forceFlush()));
  },
  async shutdown() {
    await Promise.all([...processors].map((processor) => processor.shutdown()));
  },
};

/**
 * Turns tracing on in this process. May be called any number of times, since all services may share one process:
 * the first call installs the tracer, later ones only add their exporter.
 *
 * @param serviceName names the spans that are started outside any service; the first caller's name is kept
 */
export function startTelemetry(serviceName: string, options: TelemetryOptions = {}): Telemetry {
  if (defaultService === undefined) {
    defaultService = serviceName;
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [fanOut] }));
  }
  if (options.exporter === undefined) return { stop: () => Promise.resolve() };
  const processor = new SimpleSpanProcessor(options.exporter);
  processors.add(processor);
  return {
    async stop() {
      if (processors.delete(processor)) await processor.shutdown();
    },
  };
}
