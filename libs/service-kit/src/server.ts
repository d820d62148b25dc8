import {
  Server,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { inService } from '@taskweave/telemetry';
import { HealthImplementation } from 'grpc-health-check';
import { bind } from './bind.js';
import { timeServerCalls } from './call-metrics.js';
import { CHANNEL_OPTIONS } from './limits.js';
import { DEFAULT_CALL_LIMITS, limitCalls, type CallLimits } from './security/call-limits.js';
import { serverCredentials } from './security/credentials.js';
import { markUndecodable, refuseUndecodable } from './security/refuse-undecodable.js';

/** Any free port, reachable from this machine only. */
export const LOOPBACK = '127.0.0.1:0';

/** How long running calls may go on after stop() by default. */
const DEFAULT_GRACE_MS = 2_000;

export interface ServerOptions {
  /** What people call the service, e.g. `architect`; names its spans. */
  name: string;
  /** gRPC services to offer: ts-proto's `FooServiceService` and an object of `unary`, `serverStream`, `bidi`. */
  services: readonly { definition: ServiceDefinition; implementation: UntypedServiceImplementation }[];
  /**
   * `host:port` or `unix:/path`. Port 0 takes any free one.
   * @default '127.0.0.1:0'
   */
  address?: string;
  /** What it takes on at most, where that differs from the default. */
  limits?: Partial<CallLimits>;
}

export interface RunningServer {
  /** Where it really listens; with the port filled in. */
  readonly address: string;
  /**
   * Reports NOT_SERVING, takes no new calls, lets the running ones finish, and cancels what is left after `graceMs`
   * (default 2,000). Calling it again waits for the same stop.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** The same handlers, with the service's name on every span they start. */
function named(name: string, implementation: UntypedServiceImplementation): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(implementation).map(([method, handler]) => {
      const call = handler as (...args: unknown[]) => void;
      const inScope = (...args: unknown[]): void => inService(name, () => call.apply(implementation, args));
      return [method, inScope as UntypedHandleCall];
    }),
  );
}

function fullName(definition: ServiceDefinition): string {
  return Object.values(definition)[0]?.path.split('/')[1] ?? '';
}

/**
 * Starts a gRPC server with the standard health service (`grpc.health.v1`), SERVING for the server as a whole and for
 * each of its services. With mutual TLS when the environment asks for it (see `security/tls-settings.ts`).
 *
 * @throws TaskweaveError `ADDRESS_IN_USE` when something else listens there; `CONFIG_INVALID` when it is no address
 *   of this machine, or is beyond loopback without TLS; `FILE_MISSING` or `FILE_DAMAGED` for the files of TLS
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_CALL_LIMITS, ...options.limits };
  const server = new Server({
    ...CHANNEL_OPTIONS,
    interceptors: [timeServerCalls, limitCalls(limits), refuseUndecodable],
  });
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  for (const { definition, implementation } of options.services) {
    const missing = Object.keys(definition).filter((method) => implementation[method] === undefined);
    if (missing.length > 0) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: `The ${options.name} service does not implement ${missing.join(', ')}.`,
      });
    }
    server.addService(markUndecodable(definition), named(options.name, implementation));
    health.setStatus(fullName(definition), 'SERVING');
  }
  const wanted = options.address ?? LOOPBACK;
  const address = await bind(server, wanted, serverCredentials(wanted));

  const stop = async (graceMs: number): Promise<void> => {
    for (const service of ['', ...options.services.map(({ definition }) => fullName(definition))]) {
      health.setStatus(service, 'NOT_SERVING');
    }
    const force = setTimeout(() => server.forceShutdown(), graceMs);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(force);
  };
  let stopping: Promise<void> | undefined;
  return { address, stop: ({ graceMs = DEFAULT_GRACE_MS } = {}) => (stopping ??= stop(graceMs)) };
}
