import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { metrics, startTelemetry, type Telemetry } from './index.js';

let telemetry: Telemetry;
beforeEach(async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus');
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', '0');
  telemetry = await startTelemetry('test');
});
afterEach(async () => {
  await telemetry.stop();
  vi.unstubAllEnvs();
});

it('are all in the tables for users, under the names that Prometheus sees', async () => {
  for (const instrument of Object.values(metrics)) {
    if (typeof instrument === 'string') continue;
    if ('record' in instrument) instrument.record(1);
    else if ('add' in instrument) instrument.add(1);
    else instrument.watch(() => [{ value: 1 }]);
  }
  const text = await (await fetch(telemetry.metricsUrl!)).text();
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!);
  const own = names.filter((name) => name !== 'target_info' && !name.startsWith('otel_'));
  const instruments = Object.values(metrics).filter((one) => typeof one !== 'string');
  expect(own).toHaveLength(instruments.length);
  const page = readFileSync(new URL('../../../docs/observability.md', import.meta.url), 'utf8');
  expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
