import { SpanKind, SpanStatusCode, trace, type Attributes, type Link, type Span } from '@opentelemetry/api';
import { TaskweaveError } from '@taskweave/common';
import { parseTraceparent } from './carrier.js';

/** Whose side of a remote call a span describes; `internal` is no remote call. */
export type SpanSide = 'internal' | 'server' | 'client';

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

interface SpanSettings {
  links?: Link[];
  root?: boolean;
  side?: SpanSide;
}

async function runInSpan<T>(
  name: string,
  attributes: Attributes,
  settings: SpanSettings,
  fn: (span: Span) => T | Promise<T>,
): Promise<T> {
  const options = {
    attributes,
    links: settings.links ?? [],
    kind: KINDS[settings.side ?? 'internal'],
    root: settings.root ?? false,
  };
  return trace.getTracer('taskweave').startActiveSpan(name, options, async (span) => {
    try {
      return await fn(span);
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      span.setAttribute('error.type', error.code);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw thrown;
    } finally {
      span.end();
    }
  });
}

/**
 * Runs `fn` inside a span, a child of the active one. The span ends when `fn` settles; what it throws is recorded
 * and passed on.
 *
 * @param name low-cardinality name, e.g. `weight-step`; what varies belongs in the attributes
 */
export function withSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T | Promise<T>,
  side: SpanSide = 'internal',
): Promise<T> {
  return runInSpan(name, attributes, { side }, fn);
}

/** Like {@link withSpan}, as the beginning of a trace of its own with a link to the span that is active, if there is one. */
export function rootSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T | Promise<T>,
): Promise<T> {
  const active = trace.getActiveSpan()?.spanContext();
  return runInSpan(name, attributes, { root: true, ...(active && { links: [{ context: active }] }) }, fn);
}

/**
 * Like {@link withSpan}, with a link to an earlier trace: whoever loads a checkpoint links to the step that wrote
 * it, which may have been days ago, without becoming part of that trace.
 *
 * @param traceparent W3C traceparent to link to; an invalid one is left out
 */
export function linkedSpan<T>(
  name: string,
  traceparent: string,
  attributes: Attributes,
  fn: (span: Span) => T | Promise<T>,
): Promise<T> {
  const linked = parseTraceparent(traceparent);
  return runInSpan(name, attributes, linked === undefined ? {} : { links: [{ context: linked }] }, fn);
}

/**
 * Links the active span to another trace, as {@link linkedSpan} does; for what is known only once the work is under way.
 *
 * @param traceparent W3C traceparent to link to; nothing happens for an invalid one, or outside any span
 */
export function linkTo(traceparent: string): void {
  const linked = parseTraceparent(traceparent);
  if (linked !== undefined) trace.getActiveSpan()?.addLink({ context: linked });
}
