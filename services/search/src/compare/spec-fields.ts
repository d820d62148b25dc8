import type { Json } from '@taskweave/common';

function flatten(node: Json, path: string, fields: Map<string, string>): void {
  if (
    Array.isArray(node) &&
    node.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  ) {
    node.forEach((item, index) => flatten(item, `${path}[${index}]`, fields));
  } else if (typeof node === 'object' && node !== null && !Array.isArray(node)) {
    for (const [key, value] of Object.entries(node)) {
      flatten(value as Json, path === '' ? key : `${path}.${key}`, fields);
    }
  } else fields.set(path, typeof node === 'string' ? node : JSON.stringify(node));
}

/** The fields of a JSON tree by path, as in `--set`. Lists of plain values are one field each. */
export function fieldsOf(tree: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  flatten(tree as Json, '', fields);
  return fields;
}

/** The paths of fields that do not hold the same in all trees, in the order in which they are met. */
export function differingFields(trees: readonly unknown[]): string[] {
  const all = trees.map(fieldsOf);
  const paths = new Set(all.flatMap((fields) => [...fields.keys()]));
  return [...paths].filter((path) => new Set(all.map((fields) => fields.get(path))).size > 1);
}
