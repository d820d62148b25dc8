import { resolveSpec, type RunSpec } from '@taskweave/spec';
import { plugins } from '../run/plugins.js';
import { readConfig } from './read-config.js';

/** The options that say what to search. */
export interface SpecOptions {
  config?: string;
  preset?: string;
  set: string[];
  seed?: number;
  steps?: number;
  name?: string;
  method?: string;
  engine?: string;
  device?: string;
}

/** @throws TaskweaveError `CONFIG_INVALID`, `FILE_MISSING` */
export function specOf({
  config,
  preset,
  set,
  seed,
  steps,
  name,
  method,
  engine,
  device,
}: SpecOptions): RunSpec {
  const assignments = [
    ...set,
    ...(name === undefined ? [] : [`name=${JSON.stringify(name)}`]),
    ...(method === undefined ? [] : [`method=${JSON.stringify(method)}`]),
    ...(engine === undefined ? [] : [`engine.id=${JSON.stringify(engine)}`]),
    ...(device === undefined ? [] : [`engine.device=${JSON.stringify(device)}`]),
  ];
  const file = config === undefined ? undefined : { name: config, text: readConfig(config) };
  return resolveSpec({ preset, file, assignments, seed, steps }, plugins);
}
