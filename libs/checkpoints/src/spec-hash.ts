import type { Json } from '@taskweave/common';
import { createHash } from 'node:crypto';

/** JSON text that depends on the value only: keys sorted by UTF-16 code units, no white space. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256 of some bytes or text (as UTF-8), in lower-case hexadecimal. */
export function sha256(contents: Uint8Array | string): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** Identifies a run spec whatever the order of its keys: SHA-256 of its canonical JSON. */
export function specHash(spec: Json): string {
  return sha256(canonicalJson(spec));
}
