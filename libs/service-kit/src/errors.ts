/**
 * TaskweaveErrors over gRPC: the status code tells any gRPC client roughly what happened, the trailing metadata
 * carries the whole error, so that our own clients throw the same error that the service threw.
 */
import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { TaskweaveError, type ErrorCode, type ErrorDetails } from '@taskweave/common';

import { tlsIsOn } from './security/tls-settings.js';

/** Key of the trailing metadata that holds {@link ErrorDetails} as JSON. */
export const ERROR_METADATA_KEY = 'taskweave-error';

/** The service at the other end of a call, as errors name it. */
export interface Peer {
  /** What people call it, e.g. `data-loader`. */
  name: string;
  address: string;
}

const STATUS_OF_CODE: Record<ErrorCode, status> = {
  CONFIG_INVALID: status.INVALID_ARGUMENT,
  DATA_INVALID: status.INVALID_ARGUMENT,
  FILE_MISSING: status.NOT_FOUND,
  RUN_NOT_FOUND: status.NOT_FOUND,
  FILE_DAMAGED: status.DATA_LOSS,
  CHECKPOINT_DAMAGED: status.DATA_LOSS,
  OUTPUT_NOT_WRITABLE: status.FAILED_PRECONDITION,
  ADDRESS_IN_USE: status.FAILED_PRECONDITION,
  ENGINE_UNAVAILABLE: status.FAILED_PRECONDITION,
  RUN_NOT_RESUMABLE: status.FAILED_PRECONDITION,
  RUN_NOT_FINISHED: status.FAILED_PRECONDITION,
  RUN_NOT_UNDER_WAY: status.FAILED_PRECONDITION,
  RUNS_FAILED: status.ABORTED,
  NOT_FINITE: status.ABORTED,
  TRACE_UNSUPPORTED: status.UNIMPLEMENTED,
  SERVICE_UNAVAILABLE: status.UNAVAILABLE,
  MESSAGE_INVALID: status.INVALID_ARGUMENT,
  ROUND_UNKNOWN: status.FAILED_PRECONDITION,
  MEMBER_LOST: status.ABORTED,
  REQUEST_OUT_OF_ORDER: status.FAILED_PRECONDITION,
  PATH_REFUSED: status.PERMISSION_DENIED,
  LIMIT_REACHED: status.RESOURCE_EXHAUSTED,
  STOPPED: status.CANCELLED,
  INTERNAL: status.INTERNAL,
};

/** Longest text of one field: all six together stay well below HTTP/2's usual 64 KiB of headers. */
const LONGEST_FIELD = 1_000;

function shorten(text: string): string {
  return text.length <= LONGEST_FIELD ? text : `${text.slice(0, LONGEST_FIELD - 1)}…`;
}

/** JSON in printable ASCII, which is all that metadata may hold. */
function toAsciiJson(details: ErrorDetails): string {
  const json = JSON.stringify(details, (key, value: unknown) =>
    typeof value === 'string' && key !== 'code' ? shorten(value) : value,
  );
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What a handler threw as the gRPC status to answer with. */
export function toStatus(thrown: unknown): StatusObject {
  const error = TaskweaveError.from(thrown);
  const metadata = new Metadata();
  metadata.set(ERROR_METADATA_KEY, toAsciiJson(error.toDetails()));
  // gRPC percent-encodes the text, and fails on half a surrogate pair, be it from a message or cut by shortening.
  const details = shorten(error.message).replace(/\p{Surrogate}/gu, '\ufffd');
  return { code: STATUS_OF_CODE[error.code], details, metadata };
}

/** The details a service attached to its status, or undefined when it was not one of ours that answered. */
function attachedDetails(metadata: Metadata | undefined): ErrorDetails | undefined {
  const [json] = metadata?.get(ERROR_METADATA_KEY) ?? [];
  if (typeof json !== 'string') return undefined;
  try {
    const details = JSON.parse(json) as Partial<ErrorDetails> | null;
    if (typeof details?.message !== 'string' || typeof details.code !== 'string') return undefined;
    return details.code in STATUS_OF_CODE ? (details as ErrorDetails) : undefined;
  } catch {
    return undefined;
  }
}

/** `SERVICE_UNAVAILABLE` for a peer that cannot be reached, does not answer, or went away. */
export function unavailable(peer: Peer, what: string, options?: ErrorOptions): TaskweaveError {
  const found = (options?.cause as Partial<ServiceError> | undefined)?.details;
  const certificates = tlsIsOn()
    ? ', and that both sides have certificates of the same authority that have not expired'
    : '';
  return new TaskweaveError(
    {
      code: 'SERVICE_UNAVAILABLE',
      message: `The ${peer.name} service at ${peer.address} ${what}.`,
      subject: `${peer.name} at ${peer.address}`,
      ...(found !== undefined && { found: shorten(found) }),
      action: `Check that the service is running and that its address is right${certificates}.`,
    },
    options,
  );
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && typeof (thrown as Partial<ServiceError>).code === 'number';
}

/**
 * What a gRPC call threw as a TaskweaveError: the service's own error if it sent one; `SERVICE_UNAVAILABLE` when it
 * could not be reached or missed the deadline; `STOPPED` when the call was cancelled; otherwise `INTERNAL`.
 */
export function fromStatus(thrown: unknown, peer: Peer): TaskweaveError {
  if (!isServiceError(thrown)) return TaskweaveError.from(thrown);
  const details = attachedDetails(thrown.metadata);
  const options = { cause: thrown };
  if (details !== undefined) return new TaskweaveError(details, options);
  switch (thrown.code) {
    case status.UNAVAILABLE:
      return unavailable(peer, 'cannot be reached', options);
    case status.DEADLINE_EXCEEDED:
      return unavailable(peer, 'did not answer in time', options);
    case status.CANCELLED:
      return new TaskweaveError(
        {
          code: 'STOPPED',
          message: `The call to the ${peer.name} service was cancelled.`,
          subject: peer.name,
        },
        options,
      );
    default:
      return new TaskweaveError(
        {
          code: 'INTERNAL',
          message: `The ${peer.name} service at ${peer.address} answered ${status[thrown.code]}: ${thrown.details}`,
          subject: `${peer.name} at ${peer.address}`,
        },
        options,
      );
  }
}
