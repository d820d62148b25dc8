/** The endpoint that Prometheus asks for metrics. */
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, MetricReader, type MetricData } from '@opentelemetry/sdk-metrics';
import { TaskweaveError } from '@taskweave/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrometheusSettings } from './environment.js';

/** Ports tried from the one that is wanted: enough for all services of one machine. */
const PORTS = 100;
/** Suffixes by unit, as Prometheus's naming wants them; OpenTelemetry's exporter for Node leaves them out. */
const SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** Every series says which service it is of, as those of a machine are often looked at together. */
const SERVICE = /^service\.name$/;

class Reader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

export interface PrometheusServer {
  /** For the meter provider. */
  readonly reader: MetricReader;
  /** e.g. `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  /** Whether something else had the wanted port. */
  readonly moved: boolean;
  stop(): Promise<void>;
}

/**
 * Listens where metrics are wanted, or at the next port that is free: services of one machine have one environment.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for a host that is not this machine's, `ADDRESS_IN_USE` when no port is free
 */
export async function startPrometheusServer({ host, port }: PrometheusSettings): Promise<PrometheusServer> {
  const reader = new Reader();
  const serializer = new PrometheusSerializer('', false, SERVICE, false, true);
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
      return;
    }
    reader.collect().then(
      ({ resourceMetrics }) => {
        const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
          ...scope,
          metrics: scope.metrics.map(named),
        }));
        response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
        response.end(serializer.serialize({ ...resourceMetrics, scopeMetrics }));
      },
      () => response.writeHead(500).end(),
    );
  });
  const taken = await listen(server, host, port);
  server.unref();
  return {
    reader,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    moved: port !== 0 && taken !== port,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function named(metric: MetricData): MetricData {
  const { descriptor } = metric;
  const suffix = SUFFIXES[descriptor.unit] ?? '';
  return { ...metric, descriptor: { ...descriptor, name: `${descriptor.name}${suffix}` } };
}

async function listen(server: Server, host: string, wanted: number): Promise<number> {
  const last = wanted === 0 ? 0 : Math.min(wanted + PORTS - 1, 65_535);
  for (let port = wanted; port <= last; port++) {
    try {
      return await listenAt(server, host, port);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cannotListen(host, port, thrown);
    }
  }
  throw new TaskweaveError({
    code: 'ADDRESS_IN_USE',
    message: 'There is no free port to serve metrics at.',
    subject: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    found: `${wanted} to ${last}, all taken`,
  });
}

function listenAt(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function cannotListen(host: string, port: number, cause: unknown): TaskweaveError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return new TaskweaveError(
    {
      code: 'CONFIG_INVALID',
      message: 'Metrics cannot be served at this address.',
      subject: 'OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT',
      found: `${host}:${port} (${code})`,
      expected: 'an address of this machine and a port that may be listened at',
    },
    { cause },
  );
}
