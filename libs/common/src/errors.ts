/**
 * The one error family of Taskweave.
 *
 * Every error a person may meet says what was found, what was expected and what to do about it, and carries a
 * stable code that scripts can test for. Services pass errors on as {@link ErrorDetails}, so that a message is
 * the same whether it was raised in this process, in a worker thread or behind gRPC.
 */

/** Stable error codes. The prefix of the message on the terminal; never reused for another meaning. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'FILE_MISSING'
  | 'FILE_DAMAGED'
  | 'OUTPUT_NOT_WRITABLE'
  | 'ADDRESS_IN_USE'
  | 'ENGINE_UNAVAILABLE'
  | 'DATA_INVALID'
  | 'RUN_NOT_FOUND'
  | 'RUN_NOT_RESUMABLE'
  | 'RUN_NOT_FINISHED'
  | 'RUN_NOT_UNDER_WAY'
  | 'RUNS_FAILED'
  | 'CHECKPOINT_DAMAGED'
  | 'NOT_FINITE'
  | 'TRACE_UNSUPPORTED'
  | 'SERVICE_UNAVAILABLE'
  | 'MESSAGE_INVALID'
  | 'ROUND_UNKNOWN'
  | 'MEMBER_LOST'
  | 'REQUEST_OUT_OF_ORDER'
  | 'PATH_REFUSED'
  | 'LIMIT_REACHED'
  | 'STOPPED'
  | 'INTERNAL';

/** Codes that are the user's to mend; every other code is a fault of Taskweave. */
const USER_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CONFIG_INVALID',
  'FILE_MISSING',
  'FILE_DAMAGED',
  'OUTPUT_NOT_WRITABLE',
  'ADDRESS_IN_USE',
  'ENGINE_UNAVAILABLE',
  'DATA_INVALID',
  'RUN_NOT_FOUND',
  'RUN_NOT_RESUMABLE',
  'RUN_NOT_FINISHED',
  'RUN_NOT_UNDER_WAY',
  'CHECKPOINT_DAMAGED',
]);

export interface ErrorDetails {
  code: ErrorCode;
  /** What went wrong, in one sentence. */
  message: string;
  /** The config field, file or tensor concerned, e.g. `tasks[1].backbone.id`. */
  subject?: string;
  /** The offending value, as text. */
  found?: string;
  /** What would have been accepted. */
  expected?: string;
  /** What the reader can do now. */
  action?: string;
}

/** An error with a stable code, the offending value, what was expected and what to do. */
export class TaskweaveError extends Error implements ErrorDetails {
  readonly code: ErrorCode;
  readonly subject?: string;
  readonly found?: string;
  readonly expected?: string;
  readonly action?: string;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.name = 'TaskweaveError';
    this.code = details.code;
    if (details.subject !== undefined) this.subject = details.subject;
    if (details.found !== undefined) this.found = details.found;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.action !== undefined) this.action = details.action;
  }

  /** Process exit code: 2 when the user can mend it, 1 when it is a fault of Taskweave. */
  get exitCode(): 1 | 2 {
    return USER_CODES.has(this.code) ? 2 : 1;
  }

  /** The error as plain data, for a message to another thread or service. */
  toDetails(): ErrorDetails {
    const { code, message, subject, found, expected, action } = this;
    return {
      code,
      message,
      ...(subject !== undefined && { subject }),
      ...(found !== undefined && { found }),
      ...(expected !== undefined && { expected }),
      ...(action !== undefined && { action }),
    };
  }

  /** Any thrown value as a TaskweaveError; what is not one already becomes `INTERNAL`. */
  static from(thrown: unknown): TaskweaveError {
    if (thrown instanceof TaskweaveError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new TaskweaveError({ code: 'INTERNAL', message }, { cause: thrown });
  }
}

/**
 * The text a person reads: one line with code and message, then one indented line for each of subject, found,
 * expected and action that is known. Never a stack trace.
 */
export function describeError(error: ErrorDetails): string {
  const lines = [`error ${error.code}: ${error.message}`];
  if (error.subject !== undefined) lines.push(`  where:    ${error.subject}`);
  if (error.found !== undefined) lines.push(`  found:    ${error.found}`);
  if (error.expected !== undefined) lines.push(`  expected: ${error.expected}`);
  if (error.action !== undefined) lines.push(`  to do:    ${error.action}`);
  return lines.join('\n');
}
