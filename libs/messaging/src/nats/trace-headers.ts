import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { activeTrace, type Traced } from '../trace.js';

/** What of W3C Trace Context goes into headers of messages, under the same names. */
const NAMES = ['traceparent', 'tracestate'] as const;

/** The headers of a message that is published now; none outside any trace. */
export function traceHeaders(): { headers?: MsgHdrs } {
  const { trace } = activeTrace();
  if (trace === undefined) return {};
  const all = headers();
  for (const [name, value] of Object.entries(trace)) all.set(name, value);
  return { headers: all };
}

/** What the headers of a message say; anybody may have written them, and whoever uses them checks them. */
export function traceOf(message: { headers?: { get(name: string): string } | undefined }): Traced {
  const trace: Record<string, string> = {};
  for (const name of NAMES) {
    const value = message.headers?.get(name) ?? '';
    if (value !== '') trace[name] = value;
  }
  return Object.keys(trace).length === 0 ? {} : { trace };
}
