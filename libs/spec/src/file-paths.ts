import type { Json } from '@taskweave/common';
import { resolve } from 'node:path';
import { isMap } from './field-path.js';

/** The field of the spec, and of each of its tasks, that is a path. */
const KEY = 'initialWeights';

/**
 * Makes the paths in the tree of a spec absolute, so that they mean the same wherever the spec is read again. Whatever is
 * not what the schema expects stays as it is; parts without paths are the same objects as before.
 *
 * @param folder that relative paths start from: that of the file they are written in
 */
export function resolvePaths(tree: Json, folder: string): Json {
  if (!isMap(tree)) return tree;
  const own = resolveKey(tree, folder);
  const tasks: unknown = tree['tasks'];
  if (!Array.isArray(tasks)) return own as Json;
  const resolved = tasks.map((task: unknown) => (isMap(task) ? resolveKey(task, folder) : task));
  const changed = resolved.some((task, index) => task !== tasks[index]);
  return (changed ? { ...own, tasks: resolved } : own) as Json;
}

function resolveKey(map: Record<string, unknown>, folder: string): Record<string, unknown> {
  const path = map[KEY];
  if (!Object.hasOwn(map, KEY) || typeof path !== 'string' || path === '') return map;
  const absolute = resolve(folder, path);
  return absolute === path ? map : { ...map, [KEY]: absolute };
}
