import { TaskweaveError } from '@taskweave/common';
import { isPreset, resolveSpec, type RunSpec, type SpecLayers } from '@taskweave/spec';
import { statSync } from 'node:fs';
import { plugins } from '../run/plugins.js';
import { readConfig } from './read-config.js';

/** The options that say what to search. */
export interface SpecOptions {
  /** A file, or the name of a preset. */
  config?: string;
  preset?: string;
  set: string[];
  seed?: number;
  steps?: number;
  name?: string;
  method?: string;
  engine?: string;
  device?: string;
  trainers?: number;
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
  trainers,
}: SpecOptions): RunSpec {
  const assignments = [
    ...set,
    ...(name === undefined ? [] : [`name=${JSON.stringify(name)}`]),
    ...(method === undefined ? [] : [`method=${JSON.stringify(method)}`]),
    ...(engine === undefined ? [] : [`engine.id=${JSON.stringify(engine)}`]),
    ...(device === undefined ? [] : [`engine.device=${JSON.stringify(device)}`]),
    ...(trainers === undefined ? [] : [`trainers.count=${trainers}`]),
  ];
  return resolveSpec({ ...baseOf(config, preset), assignments, seed, steps }, plugins);
}

/** `--config` takes a file, or the name of a preset where there is no file of that name. */
function baseOf(config: string | undefined, preset: string | undefined): SpecLayers {
  if (config === undefined) return { preset };
  if (!isPreset(config) || isFile(config)) {
    return { preset, file: { name: config, text: readConfig(config) } };
  }
  if (preset === undefined || preset === config) return { preset: config };
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Two presets are named, and a search starts from one.',
    subject: '--config',
    found: `--config ${config} --preset ${preset}`,
    expected: 'one of them',
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
