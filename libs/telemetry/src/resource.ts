import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import { hostname } from 'node:os';

/**
 * Who telemetry is of. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before what is known here.
 *
 * @param service what people call the service of this process
 */
export function describeProcess(service: string): Resource {
  return resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'taskweave',
    'service.instance.id': `${hostname()}-${process.pid}`,
  }).merge(detectResources({ detectors: [envDetector] }));
}
