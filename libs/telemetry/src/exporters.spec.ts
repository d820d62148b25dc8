import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { metrics, startTelemetry, withSpan } from './index.js';
import { startOtlpReceiver } from './testing/otlp-receiver.js';

afterEach(() => vi.unstubAllEnvs());

/** Something that listens at a port, which nobody else can have then. */
let other: Server;
let taken: number;
beforeEach(async () => {
  other = createServer((_request, response) => response.destroy());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  taken = (other.address() as AddressInfo).port;
});
afterEach(() => {
  other.closeAllConnections();
  return new Promise((resolve) => other.close(resolve));
});

/** What is written to stderr meanwhile. */
async function said(work: () => Promise<void>): Promise<string> {
  let text = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return text;
}

it('exports by OTLP what there is when it is stopped', async () => {
  const receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'otlp');
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'otlp');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
  const telemetry = await startTelemetry('test');
  await withSpan('outer', { 'taskweave.step': 7 }, () => withSpan('inner', {}, () => undefined));
  metrics.steps.add(1);
  await telemetry.stop();
  const [inner, outer] = receiver.spans;
  expect(outer).toMatchObject({ name: 'outer', parentSpanId: '', attributes: { 'taskweave.step': 7 } });
  expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer!.spanId, process: 'test' });
  expect(receiver.metrics).toContainEqual({ name: 'taskweave.steps', unit: '{step}', process: 'test' });
  await receiver.stop();
});

it('loses nothing but a line when the collector cannot be reached', async () => {
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'otlp');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${taken}`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
  const text = await said(async () => {
    const telemetry = await startTelemetry('test');
    expect(await withSpan('work', {}, () => 42)).toBe(42);
    await telemetry.stop();
  });
  expect(text).toMatch(/^test: telemetry cannot be exported; the run goes on without\. .*\n$/);
});

it('serves Prometheus at the next port when the wanted one is taken, and says so', async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus');
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', String(taken));
  let metricsUrl = '';
  const text = await said(async () => {
    const telemetry = await startTelemetry('test');
    // Whoever else starts telemetry in this process shares the endpoint.
    const second = await startTelemetry('second');
    metricsUrl = telemetry.metricsUrl!;
    expect(second.metricsUrl).toBe(metricsUrl);
    metrics.stepDuration.record(0.003, { [metrics.RUN]: 'a "run"' });
    metrics.serviceRestarts.add(2);
    metrics.checkpointSize.record(12);
    const answer = await fetch(metricsUrl);
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const lines = (await answer.text()).split('\n');
    const label = 'taskweave_run="a \\"run\\"",service_name="test"';
    expect(lines).toContain('# TYPE taskweave_step_duration_seconds histogram');
    expect(lines).toContain(`taskweave_step_duration_seconds_count{${label}} 1`);
    expect(lines).toContain(`taskweave_step_duration_seconds_bucket{${label},le="0.0025"} 0`);
    expect(lines).toContain(`taskweave_step_duration_seconds_bucket{${label},le="0.005"} 1`);
    expect(lines).toContain('taskweave_service_restarts_total{service_name="test"} 2');
    expect(lines).toContain('taskweave_checkpoint_size_bytes{service_name="test"} 12');
    expect((await fetch(new URL('/', metricsUrl))).status).toBe(404);
    await second.stop();
    expect((await fetch(metricsUrl)).status).toBe(200);
    await telemetry.stop();
    await expect(fetch(metricsUrl)).rejects.toThrow();
  });
  expect(Number(new URL(metricsUrl).port)).toBeGreaterThan(taken);
  expect(text).toBe(`test: port ${taken} is taken; metrics are at ${metricsUrl}\n`);
});

it('refuses an address that is not of this machine', async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus');
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_HOST', '192.0.2.1');
  await expect(startTelemetry('test')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
  const telemetry = await startTelemetry('test');
  expect(telemetry.metricsUrl).toBeUndefined();
  await telemetry.stop();
});
