/**
 * The name of the service that this process runs, once it is known. A process of no service, such as a tool or a test,
 * is a `client`.
 */
let name = 'client';

/** Names the process: called once, before it listens or calls. */
export function nameProcess(service: string): void {
  name = service;
}

export function processName(): string {
  return name;
}
