import { TaskweaveError } from '@taskweave/common';
import type { Context } from 'hono';

/** Longest list in a query. */
const MOST_VALUES = 256;

/** An integer in a query, or `otherwise` if it is not given. @throws TaskweaveError `MESSAGE_INVALID` */
export function integerIn(
  context: Context,
  name: string,
  [least, most]: [number, number],
  otherwise: number,
): number {
  const text = context.req.query(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, text, `an integer from ${least} to ${most}`);
}

/** A text in a query. @throws TaskweaveError `MESSAGE_INVALID` */
export function textIn(context: Context, name: string): string {
  const text = context.req.query(name);
  if (text !== undefined && text !== '') return text;
  throw invalid(name, text ?? 'nothing', 'a value');
}

/** All values of a name in a query. @throws TaskweaveError `MESSAGE_INVALID` */
export function textsIn(context: Context, name: string): string[] {
  const texts = context.req.queries(name) ?? [];
  if (texts.length <= MOST_VALUES) return texts;
  throw invalid(name, `${texts.length} values`, `at most ${MOST_VALUES}`);
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The request cannot be answered.';
  return new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message,
    subject,
    found: found.slice(0, 255),
    expected,
  });
}
