import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { toStatus } from '../errors.js';
import { TokenBucket } from './token-bucket.js';

/** How much one server takes on. What is beyond is refused at once with RESOURCE_EXHAUSTED, before it is read. */
export interface CallLimits {
  /** Calls under way at the same time, of all clients together. @default 4096 */
  readonly concurrentCalls: number;
  /** New calls a second of one client machine, in the long run. @default 2000 */
  readonly callsPerSecond: number;
  /** New calls of one client machine at once, after a rest. @default 10000 */
  readonly burst: number;
}

export const DEFAULT_CALL_LIMITS: CallLimits = {
  concurrentCalls: 4_096,
  callsPerSecond: 2_000,
  burst: 10_000,
};

/** Clients remembered: those beyond share no history, so that many addresses cannot exhaust memory. */
const MOST_CLIENTS = 4_096;

/** Kubernetes and people ask it while a service is full; it costs nothing. */
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

/** An interceptor that lets calls through as far as the limits allow. */
export function limitCalls(limits: CallLimits): ServerInterceptor {
  const clients = new Map<string, TokenBucket>();
  let running = 0;

  const bucketOf = (client: string): TokenBucket => {
    const bucket = clients.get(client) ?? new TokenBucket(limits.callsPerSecond, limits.burst);
    // Kept in the order of their last call: the first is the one to forget.
    clients.delete(client);
    clients.set(client, bucket);
    if (clients.size > MOST_CLIENTS) clients.delete(clients.keys().next().value!);
    return bucket;
  };

  return ({ path }, call) => {
    let counted = false;
    const refuse = (message: string, limit: string): void => {
      call.sendStatus(
        toStatus(
          new TaskweaveError({
            code: 'LIMIT_REACHED',
            message,
            subject: path,
            expected: limit,
            action: 'Ask again a little later.',
          }),
        ),
      );
    };
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, proceed) {
            const client = call.getConnectionInfo().remoteAddress ?? 'this machine';
            if (!bucketOf(client).take(performance.now())) {
              refuse('This client calls too often.', `at most ${limits.callsPerSecond} calls a second`);
            } else if (path !== HEALTH_CHECK && running >= limits.concurrentCalls) {
              refuse('The service is busy.', `at most ${limits.concurrentCalls} calls at the same time`);
            } else {
              running++;
              counted = true;
              proceed(metadata);
            }
          },
          // gRPC says so at the end of every call, however it ended.
          onCancel() {
            if (counted) running--;
            counted = false;
          },
        });
      },
    });
  };
}
