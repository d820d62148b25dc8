import { extractContext, injectContext, withContext, type Carrier } from '@taskweave/telemetry';

/** What was published within a trace belongs to it, wherever and whenever it is delivered. */
export interface Traced {
  /** W3C Trace Context of the span that published it; absent when there was none. */
  readonly trace?: Carrier;
}

/** The active trace, for what is being published. */
export function activeTrace(): Traced {
  const trace = injectContext();
  return Object.keys(trace).length === 0 ? {} : { trace };
}

/** Does the work on a message within the trace that it was published in; in none if it was not. */
export function inTraceOf<T>({ trace = {} }: Traced, work: () => T): T {
  return withContext(extractContext(trace), work);
}
