/** Structured logs: a line of JSON for each thing that happened, with the trace that it happened in. */
import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { TaskweaveError } from '@taskweave/common';
import type { DestinationStream, Logger } from 'pino';
import { currentService } from './service-scope.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** What a line is about; `run` names the run. */
export type LogFields = Readonly<Record<string, unknown>>;

let logger: Logger | undefined;
let processService = 'taskweave';

/** Of every service of this process; says nothing until {@link startLog} was called and logs are wanted. */
export const log = {
  debug: (message: string, fields: LogFields = {}): void => logger?.debug(fields, message),
  info: (message: string, fields: LogFields = {}): void => logger?.info(fields, message),
  warn: (message: string, fields: LogFields = {}): void => logger?.warn(fields, message),
  /** @param thrown why; its stack is told at level `debug` only */
  error(message: string, thrown?: unknown, fields: LogFields = {}): void {
    if (logger === undefined) return;
    logger.error(thrown === undefined ? fields : { ...fields, error: described(thrown) }, message);
  },
};

/** For whoever has to know, be logs on or not: a warning in the log, or else a line for people. */
export function notice(message: string): void {
  if (logger !== undefined) logger.warn(message);
  else process.stderr.write(`${processService}: ${message}\n`);
}

/** What the environment says of logs. */
export interface LogSettings {
  readonly on: boolean;
  readonly level: LogLevel;
  /** A file to append to; undefined for stderr. */
  readonly file: string | undefined;
}

/**
 * `TASKWEAVE_LOG` is a file, or `stderr`; `LOG_LEVEL` is what is told at least. Either turns logs on.
 *
 * @param standalone whether the process stands alone: then logs are on by default
 * @throws TaskweaveError `CONFIG_INVALID` for a level that there is not
 */
export function readLogSettings(
  standalone: boolean,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LogSettings {
  const level = env['LOG_LEVEL'] ?? '';
  const file = env['TASKWEAVE_LOG'] ?? '';
  const known = LEVELS.find((one) => one === level.toLowerCase());
  if (level !== '' && known === undefined) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'There is no such level of logs.',
      subject: 'LOG_LEVEL',
      found: level,
      expected: LEVELS.join(', '),
    });
  }
  return {
    on: standalone || level !== '' || file !== '',
    level: known ?? 'info',
    file: file === '' || file === 'stderr' ? undefined : file,
  };
}

/**
 * Turns logs on in this process; once, as all services of a process share them.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE` when the file cannot be written
 */
export async function startLog(service: string, { on, level, file }: LogSettings): Promise<void> {
  if (logger !== undefined) return;
  processService = service;
  if (!on || level === 'silent') return;
  const { pino } = await import('pino');
  const destination = file === undefined ? pino.destination({ dest: 2, sync: true }) : openFile(pino, file);
  logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: place,
    },
    destination,
  );
}

/** Written at once: the last lines before a crash are those that matter. */
function openFile(pino: typeof import('pino').pino, file: string): DestinationStream {
  try {
    return pino.destination({ dest: file, append: true, sync: true });
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: 'The log cannot be written.',
        subject: file,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        expected: 'a file in a folder that there is, or stderr, in TASKWEAVE_LOG',
      },
      { cause },
    );
  }
}

/** Which service, and which trace, the line is of. */
function place(): Record<string, string> {
  const active = context.active();
  const service = currentService(active) ?? processService;
  const span = trace.getSpanContext(active);
  if (span === undefined || !isSpanContextValid(span)) return { service };
  return { service, trace_id: span.traceId, span_id: span.spanId };
}

function described(thrown: unknown): Record<string, unknown> {
  const error = TaskweaveError.from(thrown);
  const { stack } = thrown instanceof Error ? thrown : error;
  return { ...error.toDetails(), ...(logger?.isLevelEnabled('debug') === true && { stack }) };
}
