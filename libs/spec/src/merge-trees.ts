import type { Json } from '@taskweave/common';
import { isMap } from './field-path.js';

/** Keys whose value names a plug-in, so that `options` beside it belong to that plug-in. */
const PLUGIN_KEYS = ['id', 'set'] as const;

/**
 * Lays one tree over another: maps are merged key by key, everything else (lists too) is replaced. Where the upper
 * tree names another plug-in than the lower, the lower one's `options` are dropped, since they belong to the other.
 */
export function mergeTrees(lower: Json, upper: Json): Json {
  if (!isMap(lower) || !isMap(upper)) return upper;
  const base = namesAnotherPlugin(lower, upper) ? withoutOptions(lower) : lower;
  // fromEntries defines own properties: a key `__proto__` stays a key and is refused by the schema later.
  return Object.fromEntries([
    ...Object.entries(base),
    ...Object.entries(upper).map(([key, value]): [string, Json] => [
      key,
      Object.hasOwn(base, key) ? mergeTrees(base[key] as Json, value as Json) : (value as Json),
    ]),
  ]) as Json;
}

/** Whether `upper` changes the plug-in that `lower` names. */
export function namesAnotherPlugin(lower: Record<string, unknown>, upper: Record<string, unknown>): boolean {
  return PLUGIN_KEYS.some(
    (key) => Object.hasOwn(lower, key) && Object.hasOwn(upper, key) && lower[key] !== upper[key],
  );
}

/** The map without its `options`. */
export function withoutOptions(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== 'options'));
}
