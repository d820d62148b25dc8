import { TaskweaveError } from '@taskweave/common';
import { expect, it } from 'vitest';
import { readExportSettings } from './environment.js';

function refusal(env: Record<string, string>): TaskweaveError {
  try {
    readExportSettings(env);
  } catch (thrown) {
    return thrown as TaskweaveError;
  }
  throw new Error('was taken');
}

it('exports nothing unless asked to', () => {
  const nothing = {
    traces: { otlp: false },
    metrics: { otlp: false, prometheus: false },
    prometheus: { host: '127.0.0.1', port: 9464 },
  };
  expect(readExportSettings({})).toEqual(nothing);
  expect(readExportSettings({ OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: ' ' })).toEqual(nothing);
});

it('takes lists, a place for Prometheus, and a word that turns all off', () => {
  const env = {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp, prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  };
  expect(readExportSettings(env)).toEqual({
    traces: { otlp: true },
    metrics: { otlp: true, prometheus: true },
    prometheus: { host: '0.0.0.0', port: 0 },
  });
  expect(readExportSettings({ ...env, OTEL_SDK_DISABLED: 'true' })).toMatchObject({
    traces: { otlp: false },
    metrics: { otlp: false, prometheus: false },
  });
});

it.each([
  ['OTEL_TRACES_EXPORTER', 'prometheus'],
  ['OTEL_TRACES_EXPORTER', 'otlp,zipkin'],
  ['OTEL_METRICS_EXPORTER', 'otlp,'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '65536'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', '-1'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', 'http'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'nonsense'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
])('refuses %s=%s by name', (variable, value) => {
  const error = refusal({ OTEL_TRACES_EXPORTER: 'otlp', [variable]: value });
  expect(error.toDetails()).toMatchObject({ code: 'CONFIG_INVALID', subject: variable });
  expect(error.exitCode).toBe(2);
});
