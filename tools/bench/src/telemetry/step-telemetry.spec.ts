import { startTelemetry } from '@taskweave/telemetry';
import { startOtlpReceiver, type ReceivedSpan } from '@taskweave/telemetry/testing/otlp-receiver';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { measureStep } from './measure-step.js';
import { SPANS_OF_A_STEP, tellOfAStep } from './step-telemetry.js';

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'otlp');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.stop();
});

/** Names of all spans that are about a step: those of its round, and of its batches. */
function spansOf(step: number): string[] {
  const isRound = ({ name, attributes }: ReceivedSpan): boolean =>
    name === 'round' && attributes['taskweave.step'] === step;
  const traceId = receiver.spans.find(isRound)!.traceId;
  const isBatch = ({ name, attributes }: ReceivedSpan): boolean =>
    name === 'batch' && attributes['taskweave.batch.index'] === step;
  return receiver.spans
    .filter((span) => span.traceId === traceId || isBatch(span))
    .map(({ name }) => name)
    .sort();
}

it('tells what it says', async () => {
  const telemetry = await startTelemetry('test');
  await tellOfAStep(1);
  await telemetry.stop();
  expect(spansOf(1)).toEqual(SPANS_OF_A_STEP);
});

it('tells what a step of a real search tells', async () => {
  const options = [
    '--preset=multi-mnist-smoke',
    '--set=data.options={trainLimit: 40, validationLimit: 8, testLimit: 8}',
    ...['--set=data.batchSize=4', '--set=evaluation.every=0', '--set=engine.threads=1'],
  ];
  expect(await measureStep(options, 1)).toBeGreaterThan(0);
  // Neither of those in which streams are opened, nor the last one, which writes a checkpoint.
  expect(spansOf(7)).toEqual(SPANS_OF_A_STEP);
});
