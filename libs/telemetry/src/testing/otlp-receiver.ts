/** Takes what is exported by OTLP over HTTP, as a collector does, for tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fieldsOf, hexOf, textOf, wireFields } from './wire-fields.js';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string | number>>;
  /** `service.name` of the process. */
  readonly process: string;
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  /** `service.name` of the process. */
  readonly process: string;
}

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly metrics: ReceivedMetric[];
  stop(): Promise<void>;
}

/** Listens at any free port of this machine. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics: ReceivedMetric[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === '/v1/traces') spans.push(...readSpans(body));
      else if (request.url === '/v1/metrics') metrics.push(...readMetrics(body));
      else return response.writeHead(404).end();
      // An empty message: everything was taken.
      return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Of `ExportTraceServiceRequest`. */
function readSpans(body: Uint8Array): ReceivedSpan[] {
  return fieldsOf(body, 1).flatMap((ofProcess) =>
    fieldsOf(ofProcess, 2).flatMap((ofScope) =>
      fieldsOf(ofScope, 2).map((span) => ({
        traceId: hexOf(span, 1),
        spanId: hexOf(span, 2),
        parentSpanId: hexOf(span, 4),
        name: textOf(span, 5),
        links: fieldsOf(span, 13).map((link) => ({ traceId: hexOf(link, 1), spanId: hexOf(link, 2) })),
        attributes: readAttributes(fieldsOf(span, 9)),
        process: processOf(ofProcess),
      })),
    ),
  );
}

/** Of `ExportMetricsServiceRequest`. */
function readMetrics(body: Uint8Array): ReceivedMetric[] {
  return fieldsOf(body, 1).flatMap((ofProcess) =>
    fieldsOf(ofProcess, 2).flatMap((ofScope) =>
      fieldsOf(ofScope, 2).map((metric) => ({
        name: textOf(metric, 1),
        unit: textOf(metric, 3),
        process: processOf(ofProcess),
      })),
    ),
  );
}

function processOf(ofProcess: Uint8Array): string {
  const [resource = new Uint8Array()] = fieldsOf(ofProcess, 1);
  return String(readAttributes(fieldsOf(resource, 1))['service.name']);
}

/** Texts and whole numbers. */
function readAttributes(pairs: readonly Uint8Array[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value] = wireFields(fieldsOf(pair, 2)[0]!);
      const read = typeof value?.value === 'bigint' ? Number(value.value) : textOf(fieldsOf(pair, 2)[0]!, 1);
      return [textOf(pair, 1), read];
    }),
  );
}
