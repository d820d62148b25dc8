import { TaskweaveError } from '@taskweave/common';

/** What is thrown for a label whose contents are not valid. */
export function invalidLabel(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A label is not valid.',
    subject,
    found,
    expected,
  });
}

/** `row 3, column 5` of a pixel counted row by row. */
export function placeOf(pixel: number, width: number): string {
  return `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
}
