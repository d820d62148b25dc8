/** What the environment asks for is loaded when it asks for it: the packages take a quarter of a second. */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ExportSettings } from './environment.js';
import { installMeter } from './instruments.js';
import { notice } from './log.js';
import { watchProcess } from './process-metrics.js';

/** How long the end of a process may wait for what is left to be exported, in milliseconds. */
const FLUSH_MS = 1_500;

/** What goes out of this process. */
export interface Exporters {
  /** Takes finished spans; undefined when nobody wants them. */
  readonly spans: SpanProcessor | undefined;
  /** Where Prometheus asks; undefined when it does not. */
  readonly metricsUrl: string | undefined;
  /** Sends what is left, for so long as {@link FLUSH_MS} at most. */
  stop(): Promise<void>;
}

/**
 * @throws TaskweaveError `CONFIG_INVALID` or `ADDRESS_IN_USE` when Prometheus cannot be listened for
 */
export async function startExporters(settings: ExportSettings, resource: Resource): Promise<Exporters> {
  const fault = reportFaults();
  const spans = settings.traces.otlp ? await openTraces() : undefined;
  const { stop, metricsUrl } = await openMetrics(settings, resource, fault);
  return {
    spans,
    metricsUrl,
    async stop() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS).unref());
      const done = Promise.all([spans?.shutdown().catch(fault), stop()]);
      await Promise.race([done, late]);
    },
  };
}

async function openTraces(): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new BatchSpanProcessor(new OTLPTraceExporter(patience('TRACES')));
}

async function openMetrics(
  { metrics: wanted, prometheus }: ExportSettings,
  resource: Resource,
  fault: (thrown: unknown) => void,
): Promise<{ metricsUrl: string | undefined; stop(): Promise<void> }> {
  if (!wanted.otlp && !wanted.prometheus) return { metricsUrl: undefined, stop: () => Promise.resolve() };
  const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  const readers: MetricReader[] = [];
  if (wanted.otlp) {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(patience('METRICS')),
        ...exportInterval(),
      }),
    );
  }
  const server = wanted.prometheus
    ? await (await import('./prometheus-server.js')).startPrometheusServer(prometheus)
    : undefined;
  if (server !== undefined) {
    readers.push(server.reader);
    if (server.moved) notice(`port ${prometheus.port} is taken; metrics are at ${server.url}`);
  }
  const provider = new MeterProvider({ resource, readers });
  installMeter(provider.getMeter('taskweave'));
  const unwatch = watchProcess();
  return {
    metricsUrl: server?.url,
    async stop() {
      unwatch();
      await Promise.all([provider.shutdown().catch(fault), server?.stop()]);
    },
  };
}

/**
 * How long an export is tried for. OpenTelemetry's 10 seconds are how long a collector that is gone would hold up the end
 * of the process.
 */
function patience(signal: 'TRACES' | 'METRICS'): { timeoutMillis?: number } {
  const given = [`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, 'OTEL_EXPORTER_OTLP_TIMEOUT'];
  return given.some((variable) => (process.env[variable] ?? '') !== '') ? {} : { timeoutMillis: 2_000 };
}

/** The reader reads neither of the two standard variables itself. */
function exportInterval(): { exportIntervalMillis?: number; exportTimeoutMillis?: number } {
  const interval = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL'] ?? '');
  if (!Number.isInteger(interval) || interval < 1) return {};
  return { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(interval, 30_000) };
}

/**
 * A collector that cannot be reached is worth one line, not one for every batch.
 *
 * @returns takes a fault that OpenTelemetry does not report itself
 */
function reportFaults(): (thrown: unknown) => void {
  let told = false;
  const fault = (...details: unknown[]): void => {
    if (told) return;
    told = true;
    const reason = details.map(firstLine).join(' ').slice(0, 300);
    notice(`telemetry cannot be exported; the run goes on without. ${reason}`);
  };
  const ignored = (): void => undefined;
  diag.setLogger(
    { error: fault, warn: ignored, info: ignored, debug: ignored, verbose: ignored },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  return fault;
}

/** OpenTelemetry tells errors as JSON with their stack. */
function firstLine(detail: unknown): string {
  const text = String(detail);
  const found = /"(?:stack|message)":"((?:[^"\\]|\\[^n])*)/.exec(text);
  return (found?.[1] ?? text).split('\n')[0]!;
}
