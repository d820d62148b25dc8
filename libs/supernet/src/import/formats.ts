import { mtlNasReference } from './mtl-nas-reference.js';
import { taskweaveNames } from './taskweave-names.js';
import { timmFormats } from './timm.js';
import type { WeightFormat } from './weight-format.js';

/** All formats of weights. */
export const weightFormats: readonly WeightFormat[] = [mtlNasReference, ...timmFormats, taskweaveNames];

/** From the names of all tensors in a file, which of them are not wanted, so that reading them can be spared. */
export function ignoredWeights(names: ReadonlySet<string>): (name: string) => boolean {
  const format = recogniseFormat(names);
  return (name) => format?.ignores(name) ?? false;
}

/** Name of a preset with the networks that tensors of these names are of; nothing when there is none. */
export function presetOfWeights(names: readonly string[]): string | undefined {
  return recogniseFormat(new Set(names))?.preset;
}

/** The format that the names in a file are of. */
export function recogniseFormat(names: ReadonlySet<string>): WeightFormat | undefined {
  return weightFormats.find((format) => format.recognises(names));
}
