import { TaskweaveError } from '@taskweave/common';

/** Where Prometheus asks for metrics. */
export interface PrometheusSettings {
  /** @default '127.0.0.1' */
  readonly host: string;
  /** 0 takes any free one. @default 9464 */
  readonly port: number;
}

/** What the environment wants to be exported. */
export interface ExportSettings {
  readonly traces: { readonly otlp: boolean };
  readonly metrics: { readonly otlp: boolean; readonly prometheus: boolean };
  readonly prometheus: PrometheusSettings;
}

/** OpenTelemetry's own defaults, but for the host, which would be any. */
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 9464;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The standard variables of OpenTelemetry that decide what is exported. Nothing is, unless they say so.
 *
 * @throws TaskweaveError `CONFIG_INVALID` naming the variable
 */
export function readExportSettings(env: Environment = process.env): ExportSettings {
  const disabled = isTrue(env, 'OTEL_SDK_DISABLED');
  const traces = listed(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'none']);
  const metrics = listed(env, 'OTEL_METRICS_EXPORTER', ['prometheus', 'otlp', 'none']);
  const settings = {
    traces: { otlp: !disabled && traces.has('otlp') },
    metrics: {
      otlp: !disabled && metrics.has('otlp'),
      prometheus: !disabled && metrics.has('prometheus'),
    },
    prometheus: {
      host: valueOf(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? DEFAULT_HOST,
      port: portOf(env, 'OTEL_EXPORTER_PROMETHEUS_PORT'),
    },
  };
  if (settings.traces.otlp) checkOtlp(env, 'TRACES');
  if (settings.metrics.otlp) checkOtlp(env, 'METRICS');
  return settings;
}

/** An empty variable is one that is not set. */
function valueOf(env: Environment, variable: string): string | undefined {
  const value = env[variable]?.trim() ?? '';
  return value === '' ? undefined : value;
}

function isTrue(env: Environment, variable: string): boolean {
  return valueOf(env, variable)?.toLowerCase() === 'true';
}

function listed(env: Environment, variable: string, known: readonly string[]): Set<string> {
  const names = (valueOf(env, variable) ?? 'none').split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalid(variable, unknown === '' ? names.join(',') : unknown, known.join(', '));
  }
  return new Set(names);
}

function portOf(env: Environment, variable: string): number {
  const text = valueOf(env, variable);
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw invalid(variable, text, 'a port, 0 to 65535');
  return port;
}

/** The exporters read these themselves, and fall back silently where they cannot. */
function checkOtlp(env: Environment, signal: 'TRACES' | 'METRICS'): void {
  for (const variable of [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const endpoint = valueOf(env, variable);
    if (endpoint === undefined) continue;
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      throw invalid(variable, endpoint, 'a URL such as http://127.0.0.1:4318');
    }
  }
  for (const variable of [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const protocol = valueOf(env, variable);
    if (protocol !== undefined && protocol !== 'http/protobuf') {
      throw invalid(variable, protocol, 'http/protobuf');
    }
  }
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The environment asks for telemetry that there is not.',
    subject,
    found,
    expected,
    action: `Correct ${subject}, or unset it.`,
  });
}
