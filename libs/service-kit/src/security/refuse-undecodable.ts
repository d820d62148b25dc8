import {
  ServerInterceptingCall,
  type MethodDefinition,
  type ServerInterceptor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { toStatus } from '../errors.js';

/** Stands in for a message whose bytes are not those of its type. */
class Undecodable {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** The same service, whose undecodable messages {@link refuseUndecodable} answers rather than gRPC, which says INTERNAL. */
export function markUndecodable(definition: ServiceDefinition): ServiceDefinition {
  const marked = Object.entries(definition).map(([name, method]) => {
    const decode = (method as MethodDefinition<unknown, unknown>).requestDeserialize;
    const requestDeserialize = (bytes: Buffer): unknown => {
      try {
        return decode(bytes);
      } catch (cause) {
        return new Undecodable(cause);
      }
    };
    return [name, { ...method, requestDeserialize }];
  });
  return Object.fromEntries(marked) as ServiceDefinition;
}

/** An interceptor that ends calls with INVALID_ARGUMENT at a message that cannot be decoded. */
export const refuseUndecodable: ServerInterceptor = ({ path }, call) =>
  new ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMessage(message: unknown, proceed) {
          if (!(message instanceof Undecodable)) return proceed(message);
          const error = new TaskweaveError(
            {
              code: 'MESSAGE_INVALID',
              message: 'The request cannot be decoded.',
              subject: path,
              found: message.cause instanceof Error ? message.cause.message : String(message.cause),
              expected: 'the message that the contract of the method names',
            },
            { cause: message.cause },
          );
          call.sendStatus(toStatus(error));
        },
      });
    },
  });
