import { TaskweaveError } from '@taskweave/common';
import { didYouMean, listNames } from '../nearest.js';
import { PRESETS } from './index.js';
import type { Preset } from './preset.js';

/** Whether there is a preset of this name. */
export function isPreset(name: string): boolean {
  return PRESETS.some((preset) => preset.name === name);
}

/** @throws TaskweaveError `CONFIG_INVALID` naming the presets there are, and the nearest */
export function findPreset(name: string): Preset {
  const preset = PRESETS.find((one) => one.name === name);
  if (preset !== undefined) return preset;
  const names = PRESETS.map((one) => one.name);
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `There is no preset of this name${didYouMean(name, names) || '.'}`,
    subject: '--preset',
    found: name,
    expected: listNames(names),
  });
}
