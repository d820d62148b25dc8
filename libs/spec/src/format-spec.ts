import { stringify } from 'yaml';
import type { RunSpec } from './run-spec.js';

/** A resolved spec as the YAML of a config file; parsing it gives the same spec. */
export function formatSpecYaml(spec: RunSpec): string {
  return stringify(spec, { aliasDuplicateObjects: false });
}
