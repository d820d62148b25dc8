/** Text on one line that is safe in a terminal and in XML: control characters and lone surrogates become �. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** At most `limit` (>= 1) characters, the last one an ellipsis if something was cut off. */
export function shorten(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Number of characters, not of UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}
