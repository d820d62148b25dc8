import { TaskweaveError } from '@taskweave/common';

/** Longest name: that of a sweep's run, which is `<sweep>/<combination>-seed-<seed>`. */
const LONGEST_NAME = 255;
/** Parts begin with a letter or digit, so none is `..` or hidden. */
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The name of a run in a message, once it is known to be one: it becomes part of file names, subjects and keys.
 *
 * @throws TaskweaveError `MESSAGE_INVALID`
 */
export function checkRunName(name: string): string {
  if (name.length <= LONGEST_NAME && name.split('/').every((part) => PART.test(part))) return name;
  throw new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: 'This is not the name of a run.',
    subject: 'run',
    found: JSON.stringify(name.slice(0, LONGEST_NAME)),
    expected: `at most ${LONGEST_NAME} letters, digits, ".", "_", "-" and "/", each part beginning with a letter or digit`,
  });
}
