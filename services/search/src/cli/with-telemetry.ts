import { startTelemetry, type TelemetryOptions } from '@taskweave/telemetry';

/**
 * Does a command's work with whatever telemetry the environment asks for, and sends what is left of it at the end.
 *
 * @param work told where Prometheus finds the metrics of this process, if anywhere
 * @throws TaskweaveError as `startTelemetry`, and whatever the work throws
 */
export async function withTelemetry<T>(
  work: (metricsUrl: string | undefined) => Promise<T>,
  options: Pick<TelemetryOptions, 'standalone'> = {},
): Promise<T> {
  const telemetry = await startTelemetry('search', options);
  try {
    return await work(telemetry.metricsUrl);
  } finally {
    await telemetry.stop();
  }
}
