/** `name`, or where that is taken the first free one of `name_1`, `name_2`, ... */
export function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  let candidate = name;
  for (let number = 1; candidate in taken; number++) candidate = `${name}_${number}`;
  return candidate;
}
