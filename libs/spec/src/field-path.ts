/** Keys and list positions from the root of the spec to one field. */
export type FieldPath = readonly (string | number)[];

const LONGEST_KEY = 60;

/** A path as written in messages and in `--set`: `tasks[1].backbone.id`. Odd keys are quoted and shortened. */
export function formatPath(path: FieldPath): string {
  if (path.length === 0) return '(the whole spec)';
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w-]{1,60}$/.test(part)) return `${text}[${JSON.stringify(shorten(part))}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at a path of a JSON-like tree, looking at own properties only; `undefined` if there is none. */
export function valueAt(tree: unknown, path: FieldPath): unknown {
  let node = tree;
  for (const part of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined;
    node = (node as Record<string | number, unknown>)[part];
  }
  return node;
}

/** Whether a value is a map, as opposed to a list or a scalar. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as messages show it: short whatever its size, and never throwing. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (Array.isArray(value))
    return value.length === 1 ? 'a list of 1 item' : `a list of ${value.length} items`;
  if (isMap(value)) {
    const keys = Object.keys(value);
    if (keys.length === 0) return 'an empty map';
    const shown = keys.slice(0, 4).map(shorten).join(', ');
    return `a map with ${keys.length === 1 ? 'the key' : 'the keys'} ${shown}${keys.length > 4 ? ', ...' : ''}`;
  }
  return shorten(String(value));
}

function shorten(text: string): string {
  return text.length <= LONGEST_KEY ? text : `${text.slice(0, LONGEST_KEY)}...`;
}
