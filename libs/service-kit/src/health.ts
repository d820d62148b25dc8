import { makeGenericClientConstructor, status, type Client, type ServiceDefinition } from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import { deadlineIn, type Method } from './connection.js';
import { unavailable } from './errors.js';
import { CHANNEL_OPTIONS } from './limits.js';
import { channelSecurity } from './security/credentials.js';

/** UNREACHABLE: nobody answered. UNKNOWN: a server answered but does not know the service asked for. */
export type Health = 'SERVING' | 'NOT_SERVING' | 'UNKNOWN' | 'UNREACHABLE';

const HealthClient = makeGenericClientConstructor(
  healthDefinition as unknown as ServiceDefinition,
  'grpc.health.v1.Health',
);
const check = healthDefinition['Check'] as unknown as Method<{ service: string }, { status: string }>;

function ask(client: Client, service: string, timeoutMs: number): Promise<Health> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      check.path,
      check.requestSerialize,
      check.responseDeserialize,
      { service },
      { deadline: deadlineIn(timeoutMs) },
      (error, response) => {
        // NOT_FOUND is the protocol's answer for a service that the server does not know.
        if (error) resolve(error.code === status.NOT_FOUND ? 'UNKNOWN' : 'UNREACHABLE');
        else resolve(response?.status === 'SERVING' ? 'SERVING' : 'NOT_SERVING');
      },
    );
  });
}

export interface HealthOptions {
  /** Full name of one gRPC service, e.g. `taskweave.v1.DataService`; the server as a whole by default. */
  service?: string;
  /** @default 1000 */
  timeoutMs?: number;
}

/**
 * Asks a server for its health by the standard protocol (`grpc.health.v1.Health/Check`).
 *
 * @throws TaskweaveError only for an address that may not be called, or settings of TLS that cannot be used
 */
export async function checkHealth(address: string, options: HealthOptions = {}): Promise<Health> {
  const { credentials, options: tls } = channelSecurity(address);
  const client = new HealthClient(address, credentials, { ...CHANNEL_OPTIONS, ...tls });
  try {
    return await ask(client, options.service ?? '', options.timeoutMs ?? 1_000);
  } finally {
    client.close();
  }
}

/**
 * Waits until the server at `address` reports SERVING.
 *
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` after `timeoutMs` milliseconds (default 10,000)
 */
export async function waitUntilServing(address: string, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  let last: Health = 'UNREACHABLE';
  while (performance.now() < end) {
    last = await checkHealth(address, { timeoutMs: Math.min(1_000, Math.max(1, end - performance.now())) });
    if (last === 'SERVING') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw unavailable({ name: 'gRPC', address }, `was ${last} for ${timeoutMs} ms`);
}
