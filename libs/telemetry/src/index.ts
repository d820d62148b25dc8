export {
  currentTraceparent,
  extractContext,
  injectContext,
  parseTraceparent,
  withContext,
  type Carrier,
} from './carrier.js';
export type { Observation } from './instruments.js';
export { log, type LogFields } from './log.js';
export * as metrics from './metrics.js';
export { SERVICE_ATTRIBUTE, inService } from './service-scope.js';
export { linkedSpan, linkTo, rootSpan, withSpan, type SpanSide } from './span.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.js';
