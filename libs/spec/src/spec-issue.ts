import { TaskweaveError } from '@taskweave/common';
import type { ZodType, core } from 'zod';
import { expectationAt } from './expectation.js';
import { formatPath, showValue, valueAt, type FieldPath } from './field-path.js';
import { didYouMean } from './nearest.js';

/** One thing wrong with a spec. */
export interface SpecIssue {
  path: FieldPath;
  /** What was found and what was expected, without the path. */
  text: string;
}

/** Tells where a field is written, e.g. `search.yaml, line 3, column 1`; `undefined` if nowhere known. */
export type LocateField = (path: FieldPath) => string | undefined;

/** The text for a value that is not one of the expected ones. */
export function mismatch(found: unknown, expected: string): string {
  return `found ${showValue(found)}, expected ${expected}`;
}

/**
 * Parses one part of the spec and tells everything that is wrong with it.
 *
 * @param at the part's place in the spec; prefixed to the path of every issue
 */
export function check<T>(
  schema: ZodType<T>,
  value: unknown,
  at: FieldPath,
): { value: T; issues: [] } | { value: undefined; issues: SpecIssue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, issues: [] };
  return {
    value: undefined,
    issues: result.error.issues.flatMap((issue) => explain(issue, schema, value, at)),
  };
}

function explain(issue: core.$ZodIssue, schema: ZodType, root: unknown, at: FieldPath): SpecIssue[] {
  const inner = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...at, ...inner];
  const expectation = expectationAt(schema, inner);
  if (issue.code === 'unrecognized_keys') {
    const hint = (key: string) =>
      didYouMean(key, expectation.keys) ||
      (expectation.keys.length === 0
        ? '; no keys are known here'
        : `; known keys: ${expectation.keys.join(', ')}`);
    return issue.keys.map((key) => ({ path: [...path, key], text: `unknown key${hint(key)}` }));
  }
  const found = valueAt(root, inner);
  if (issue.code === 'custom' || expectation.text === undefined) {
    return [{ path, text: `found ${showValue(found)}: ${issue.message}` }];
  }
  return [{ path, text: mismatch(found, expectation.text) + didYouMean(found, expectation.names) }];
}

/**
 * All issues as one `CONFIG_INVALID`: a headline, then a line for each issue. An issue told twice (a number that
 * is neither whole nor in range) is listed once.
 *
 * @param what the text that the fields are of
 */
export function invalidSpec(
  issues: readonly SpecIssue[],
  locate?: LocateField,
  what = 'search spec',
): TaskweaveError {
  const lines = issues.map(({ path, text }) => {
    const place = locate?.(path);
    return `  ${formatPath(path)}: ${text}${place === undefined ? '' : ` (${place})`}`;
  });
  const unique = [...new Set(lines)];
  const headline =
    unique.length === 1
      ? `One field of the ${what} is not valid:`
      : `${unique.length} fields of the ${what} are not valid:`;
  return new TaskweaveError({ code: 'CONFIG_INVALID', message: [headline, ...unique].join('\n') });
}
