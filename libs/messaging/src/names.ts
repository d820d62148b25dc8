import { TaskweaveError, type Json } from '@taskweave/common';
import { MOST_ID_CHARACTERS, MOST_MESSAGE_BYTES } from './limits.js';

/** One token of a subject or key: no dot, wildcard, space or slash, so that it is safe in subjects and as a file name. */
const TOKEN = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/;
/** A run's name may hold dots; see {@link runToken}. */
const RUN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** Printable ASCII without spaces: what a message header can hold unchanged. */
const ID = /^[!-~]+$/;
const MOST_TOKENS = 16;

/**
 * Refuses what is not a name of a run: letters, digits, `_`, `-` and `.`, at most 128, not beginning with `-` or `.`.
 * A path, a wildcard or a space never gets into a subject.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function checkRun(run: string): void {
  if (!RUN.test(run))
    throw invalid('run', run, "letters, digits, '_', '-' and '.', not beginning with '-' or '.'");
}

/**
 * A run's name as one token of a subject. Dots would divide it into several, so they become `=`, which no name of a run
 * has: the mapping can be undone.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function runToken(run: string): string {
  checkRun(run);
  return run.replaceAll('.', '=');
}

/** The name of a run from its token. */
export function runOfToken(token: string): string {
  return token.replaceAll('=', '.');
}

/**
 * Refuses what is not a dotted name, such as `checkpoint.ready`: 1 to 16 tokens of letters, digits, `_` and `-`.
 *
 * @param subject what the name is of, for the message
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function checkDotted(subject: string, name: string): void {
  if (!isDotted(name)) {
    throw invalid(subject, name, "up to 16 names of letters, digits, '_' and '-', with dots between them");
  }
}

export function isDotted(name: string): boolean {
  const tokens = name.split('.');
  return tokens.length <= MOST_TOKENS && tokens.every((token) => TOKEN.test(token));
}

/**
 * Refuses what is not a single name: letters, digits, `_` and `-`.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function checkToken(subject: string, name: string): void {
  if (!TOKEN.test(name)) throw invalid(subject, name, "letters, digits, '_' and '-', at most 128");
}

/**
 * Refuses what is not a message id: 1 to 200 printable ASCII characters without spaces.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function checkId(id: string): void {
  if (id.length > MOST_ID_CHARACTERS || !ID.test(id)) {
    throw invalid('message id', id, `1 to ${MOST_ID_CHARACTERS} printable ASCII characters without spaces`);
  }
}

/**
 * A value as JSON text.
 *
 * @throws TaskweaveError `DATA_INVALID` when it is larger than a message may be
 */
export function toText(subject: string, value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MOST_MESSAGE_BYTES) return text;
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: `The message ${subject} is too large.`,
    subject,
    found: `${bytes} bytes`,
    expected: `at most ${MOST_MESSAGE_BYTES} bytes of JSON`,
    action: 'Put the data into a file and send its name.',
  });
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `Not a valid ${subject}.`,
    subject,
    found: JSON.stringify(found.slice(0, 200)),
    expected,
  });
}
