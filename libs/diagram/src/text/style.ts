/** ANSI colours of the terminal drawing. */

const DIRECTIONS = [34, 33, 32, 35, 36, 31];

/** SGR code of direction `index`. */
export function directionCode(index: number): number {
  return DIRECTIONS[index % DIRECTIONS.length]!;
}

/** Codes of the rest of the drawing. */
export const BOLD = 1;
export const DIM = 2;

/** The text in a colour or style; unchanged without a code. */
export function styled(text: string, code: number | undefined): string {
  return code === undefined || text === '' ? text : `\u001B[${code}m${text}\u001B[0m`;
}
