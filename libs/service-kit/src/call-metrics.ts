import {
  InterceptingCall,
  ServerInterceptingCall,
  status,
  type Interceptor,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { log, metrics } from '@taskweave/telemetry';

/** Kubernetes and coordinators ask it every few seconds; it would drown the calls that are about something. */
const HEALTH = 'grpc.health.v1.Health';

/** Attributes of OpenTelemetry's RPC conventions. @param path e.g. `/taskweave.v1.DataService/Describe` */
function attributesOf(path: string, code: status): Record<string, string> {
  const [service = '', method = ''] = path.slice(1).split('/');
  return {
    'rpc.system': 'grpc',
    'rpc.service': service,
    'rpc.method': method,
    'rpc.response.status_code': status[code] ?? String(code),
  };
}

/** @param began by `performance.now()` */
export function recordClientCall(path: string, code: status, began: number): void {
  if (path.startsWith(`/${HEALTH}/`)) return;
  metrics.clientCallDuration.record((performance.now() - began) / 1000, attributesOf(path, code));
}

/** Takes the time of every call made, from its start to its status. */
export const timeClientCalls: Interceptor = (options, nextCall) => {
  const began = performance.now();
  return new InterceptingCall(nextCall(options), {
    start(metadata, _listener, next) {
      next(metadata, {
        onReceiveStatus(answer, proceed) {
          recordClientCall(options.method_definition.path, answer.code, began);
          proceed(answer);
        },
      });
    },
  });
};

/** Calls of a client that are refused may come by the thousand; a line a second says enough. */
let refusedAt = -Infinity;
let unsaid = 0;

function logRefusal(path: string, code: status, reason: string): void {
  if (code === status.OK || code === status.CANCELLED) return;
  const now = performance.now();
  if (now - refusedAt < 1_000) {
    unsaid++;
    return;
  }
  log.warn('call refused or failed', { call: path.slice(1), status: status[code], reason, unsaid });
  refusedAt = now;
  unsaid = 0;
}

/** Takes the time of every call answered, refused ones too. */
export const timeServerCalls: ServerInterceptor = ({ path }, call) => {
  const began = performance.now();
  let recorded = path.startsWith(`/${HEALTH}/`);
  const record = (code: status): void => {
    if (recorded) return;
    recorded = true;
    metrics.serverCallDuration.record((performance.now() - began) / 1000, attributesOf(path, code));
  };
  return new ServerInterceptingCall(call, {
    start(next) {
      next({
        // gRPC says so at the end of every call, however it ended.
        onCancel: () => record(status.CANCELLED),
      });
    },
    sendStatus(answer, next) {
      const code = answer.code ?? status.UNKNOWN;
      record(code);
      logRefusal(path, code, answer.details ?? '');
      next(answer);
    },
  });
};
