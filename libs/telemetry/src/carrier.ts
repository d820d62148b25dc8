import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator, parseTraceParent } from '@opentelemetry/core';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace-base';

/**
 * Trace context as plain strings (W3C Trace Context): goes into gRPC metadata, message headers and checkpoint
 * manifests alike.
 */
export type Carrier = Record<string, string>;

const propagator = new W3CTraceContextPropagator();
const ids = new RandomIdGenerator();

/** Writes the active trace context into `carrier` and returns it; writes nothing when there is none. */
export function injectContext(carrier: Carrier = {}): Carrier {
  propagator.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier;
}

/**
 * The active context with the carrier's trace in place of its own, for {@link withContext}. A missing or malformed
 * traceparent leaves no trace: the next span starts a new one.
 */
export function extractContext(carrier: Carrier): Context {
  return propagator.extract(trace.deleteSpan(context.active()), carrier, defaultTextMapGetter);
}

/** Runs `fn` with `active` as the active context, so that spans started within become its children. */
export function withContext<T>(active: Context, fn: () => T): T {
  return context.with(active, fn);
}

/**
 * The W3C traceparent of the active span. Outside any span, or before telemetry was started, it is a fresh,
 * valid one with the "sampled" flag off, so that whoever records it never has to handle its absence.
 */
export function currentTraceparent(): string {
  const active = trace.getActiveSpan()?.spanContext();
  if (active !== undefined && isSpanContextValid(active)) {
    return `00-${active.traceId}-${active.spanId}-${active.traceFlags.toString(16).padStart(2, '0')}`;
  }
  return `00-${ids.generateTraceId()}-${ids.generateSpanId()}-00`;
}

/** A W3C traceparent as a span context, or undefined when it is not a valid one. */
export function parseTraceparent(traceparent: string): SpanContext | undefined {
  const parsed = parseTraceParent(traceparent);
  return parsed !== null && isSpanContextValid(parsed) ? { ...parsed, isRemote: true } : undefined;
}
