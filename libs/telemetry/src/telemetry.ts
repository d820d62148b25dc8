import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { readExportSettings, type ExportSettings } from './environment.js';
import type { Exporters } from './exporters.js';
import { readLogSettings, startLog } from './log.js';
import { describeProcess } from './resource.js';
import { SERVICE_ATTRIBUTE, currentService } from './service-scope.js';

export interface TelemetryOptions {
  /** Receives every finished span, beside what the environment asks for. */
  exporter?: SpanExporter;
  /** Whether nobody started this process to work for him: logs are on then unless turned off. @default false */
  standalone?: boolean;
}

/** What {@link startTelemetry} started. */
export interface Telemetry {
  /** Where Prometheus finds the metrics of this process, if anywhere. */
  readonly metricsUrl: string | undefined;
  /**
   * Sends what is left of what this call has exported, for two seconds at most; tracing itself goes on for the rest of the
   * process. Never rejects.
   */
  stop(): Promise<void>;
}

/** Processors can come and go while the tracer provider, of which a process has only one, stays. */
const processors = new Set<SpanProcessor>();
let defaultService: string | undefined;
/** What the environment asks for, from the first call to its stop. */
let exporting: Promise<Exporters> | undefined;

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
 * Turns tracing on in this process, and whatever the environment asks for: exporters by the variables of OpenTelemetry,
 * logs by `LOG_LEVEL` and `TASKWEAVE_LOG`. May be called any number of times, since all services may share one process:
 * the first call starts it, later ones only add their exporter.
 *
 * @param serviceName names the process, and the spans that are started outside any service; the first caller's is kept
 * @throws TaskweaveError `CONFIG_INVALID` naming the variable that asks for what there is not, `OUTPUT_NOT_WRITABLE` for a
 *   log that cannot be written, `ADDRESS_IN_USE` when there is no port to serve metrics at
 */
export async function startTelemetry(
  serviceName: string,
  options: TelemetryOptions = {},
): Promise<Telemetry> {
  const settings = readExportSettings();
  await startLog(serviceName, readLogSettings(options.standalone ?? false));
  if (defaultService === undefined) {
    defaultService = serviceName;
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const resource = describeProcess(serviceName);
    trace.setGlobalTracerProvider(new BasicTracerProvider({ resource, spanProcessors: [fanOut] }));
  }
  const own = exporting === undefined;
  const exporters = await (exporting ??= openExporters(settings, serviceName));
  const { spans, metricsUrl } = exporters;
  if (spans !== undefined) processors.add(spans);
  const processor = options.exporter && new SimpleSpanProcessor(options.exporter);
  if (processor !== undefined) processors.add(processor);
  return {
    metricsUrl,
    async stop() {
      if (processor !== undefined && processors.delete(processor)) await processor.shutdown();
      if (!own) return;
      exporting = undefined;
      if (spans !== undefined) processors.delete(spans);
      await exporters.stop();
    },
  };
}

const NOTHING: Exporters = { spans: undefined, metricsUrl: undefined, stop: () => Promise.resolve() };

async function openExporters(settings: ExportSettings, serviceName: string): Promise<Exporters> {
  const { traces, metrics } = settings;
  if (!traces.otlp && !metrics.otlp && !metrics.prometheus) return NOTHING;
  try {
    const { startExporters } = await import('./exporters.js');
    return await startExporters(settings, describeProcess(serviceName));
  } catch (thrown) {
    exporting = undefined;
    throw thrown;
  }
}
