export {
  currentTraceparent,
  extractContext,
  injectContext,
  parseTraceparent,
  withContext,
  type Carrier,
} from './carrier.js';
export { SERVICE_ATTRIBUTE, inService } from './service-scope.js';
export { linkedSpan, rootSpan, withSpan, type SpanSide } from './span.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.js';
