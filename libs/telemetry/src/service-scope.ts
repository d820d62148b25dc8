import { context, createContextKey, type Context } from '@opentelemetry/api';

/** Span attribute that says which service did the work; one process may run several. */
export const SERVICE_ATTRIBUTE = 'service.name';

const SERVICE_KEY = createContextKey('taskweave.service');

/** Runs `fn` such that every span started within it carries the service's name. */
export function inService<T>(name: string, fn: () => T): T {
  return context.with(context.active().setValue(SERVICE_KEY, name), fn);
}

/** The service that `of` belongs to, if any. */
export function currentService(of: Context): string | undefined {
  return of.getValue(SERVICE_KEY) as string | undefined;
}
