import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { TaskweaveError } from '@taskweave/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  currentTraceparent,
  extractContext,
  inService,
  injectContext,
  linkedSpan,
  parseTraceparent,
  startTelemetry,
  withContext,
  withSpan,
  type Telemetry,
} from './index.js';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;

it('gives a valid traceparent before anything was started', () => {
  expect(currentTraceparent()).toMatch(TRACEPARENT);
  expect(currentTraceparent()).not.toBe(currentTraceparent());
});

describe('with an exporter', () => {
  let exporter: InMemorySpanExporter;
  let telemetry: Telemetry;
  const finished = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name)!;

  beforeEach(async () => {
    exporter = new InMemorySpanExporter();
    telemetry = await startTelemetry('first', { exporter });
  });
  afterEach(() => telemetry.stop());

  it('nests spans across awaits and returns what the function returns', async () => {
    const answer = await withSpan('outer', { step: 3 }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return withSpan('inner', {}, () => 42);
    });
    expect(answer).toBe(42);
    expect(finished('inner').parentSpanContext?.spanId).toBe(finished('outer').spanContext().spanId);
    expect(finished('outer').attributes).toEqual({ step: 3, 'service.name': 'first' });
  });

  it('names the traceparent of the active span', async () => {
    const traceparent = await withSpan('active', {}, () => currentTraceparent());
    const { traceId, spanId } = finished('active').spanContext();
    expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('records what a function throws, and throws it on', async () => {
    const error = new TaskweaveError({ code: 'NOT_FINITE', message: 'The loss is NaN.' });
    await expect(withSpan('failing', {}, () => Promise.reject(error))).rejects.toBe(error);
    expect(finished('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'The loss is NaN.' });
    expect(finished('failing').attributes['error.type']).toBe('NOT_FINITE');
  });

  it('carries a trace through plain strings', async () => {
    const carrier = await withSpan('sender', {}, () => injectContext());
    expect(carrier['traceparent']).toMatch(TRACEPARENT);
    await withContext(extractContext(carrier), () => withSpan('receiver', {}, () => undefined));
    expect(finished('receiver').parentSpanContext?.spanId).toBe(finished('sender').spanContext().spanId);
  });

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`])(
    'starts a new trace for the traceparent %j',
    async (traceparent) => {
      expect(parseTraceparent(traceparent)).toBeUndefined();
      await withSpan('ours', {}, () =>
        withContext(extractContext({ traceparent }), () => withSpan('alone', {}, () => undefined)),
      );
      await linkedSpan('unlinked', traceparent, {}, () => undefined);
      expect(finished('alone').parentSpanContext).toBeUndefined();
      expect(finished('unlinked').links).toEqual([]);
    },
  );

  it('links to an earlier trace without joining it', async () => {
    const earlier = await withSpan('writer', {}, () => currentTraceparent());
    await linkedSpan('loader', earlier, {}, () => undefined);
    const { traceId, spanId } = finished('writer').spanContext();
    expect(finished('loader').links[0]?.context).toMatchObject({ traceId, spanId });
    expect(finished('loader').spanContext().traceId).not.toBe(traceId);
  });

  it('is started once: a second start adds its exporter, and stopping one leaves the other', async () => {
    const another = new InMemorySpanExporter();
    const second = await startTelemetry('second', { exporter: another });
    await withSpan('both', {}, () => undefined);
    expect(another.getFinishedSpans().map((span) => span.name)).toEqual(['both']);
    await second.stop();
    await withSpan('one', {}, () => undefined);
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['both', 'one']);
    expect(finished('one').attributes['service.name']).toBe('first');
  });

  it('says which of the services in one process did the work', async () => {
    await inService('architect', () => withSpan('update', {}, () => withSpan('deep', {}, () => undefined)));
    expect(finished('deep').attributes['service.name']).toBe('architect');
  });
});
