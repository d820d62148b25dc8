/** Rows as lines of aligned columns, the first row underlined. Rows may be shorter than the first. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [header, ...body] = rows.map(line);
  return header === undefined ? [] : [header, widths.map((width) => '-'.repeat(width)).join('  '), ...body];
}
