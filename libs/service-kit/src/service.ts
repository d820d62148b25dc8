/**
 * The shape of every Taskweave service. A service package exports one {@link ServiceModule} named `service` from its
 * index, and its main.ts is `await runAsProcess(service)`: so the same service runs in a process of its own or
 * beside the others in one.
 */
export interface ServiceModule {
  /** What people call it, e.g. `data-loader`. */
  readonly name: string;
  /** Resolves when the service answers on its address. */
  start(options: ServiceOptions): Promise<RunningService>;
}

export interface ServiceOptions {
  /** Where to listen: `host:port` or `unix:/path`. Any free loopback port by default. */
  address?: string;
}

export interface RunningService {
  readonly name: string;
  /** Where it listens. */
  readonly address: string;
  /** Finishes what is running, within a few seconds, and releases everything. May be called more than once. */
  stop(): Promise<void>;
}
