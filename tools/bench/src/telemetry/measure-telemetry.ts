import { startTelemetry } from '@taskweave/telemetry';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tellOfAStep } from './step-telemetry.js';

/** Steps told of before the next turn of the event loop: spans that wait to be exported are dropped beyond 2,048. */
const BLOCK = 16;
const WARM_UP = 1_000;

export interface TelemetryCost {
  /** Processor time of what one step tells, in seconds, of all threads and with its export. */
  readonly seconds: number;
  /** Bytes that arrived at the collector for one step. */
  readonly bytes: number;
}

/**
 * What it costs to tell of a step.
 *
 * @param exporting by OTLP to a collector in this process, whose time counts, and to Prometheus; otherwise to nobody
 * @param steps to take the mean of
 */
export async function measureTelemetry(exporting: boolean, steps: number): Promise<TelemetryCost> {
  let bytes = 0;
  const collector = createServer((request, response) => {
    request.on('data', (piece: Buffer) => (bytes += piece.length));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const before = { ...process.env };
  if (exporting) {
    Object.assign(process.env, {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp,prometheus',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
  }
  const telemetry = await startTelemetry('bench');
  try {
    await tell(WARM_UP);
    bytes = 0;
    const start = process.cpuUsage();
    await tell(steps);
    if (telemetry.metricsUrl !== undefined) await (await fetch(telemetry.metricsUrl)).text();
    await telemetry.stop();
    const { user, system } = process.cpuUsage(start);
    return { seconds: (user + system) / 1e6 / steps, bytes: bytes / steps };
  } finally {
    await telemetry.stop();
    process.env = before;
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
  }
}

async function tell(steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await tellOfAStep(step);
    if (step % BLOCK === 0) await nextTurn();
  }
}
