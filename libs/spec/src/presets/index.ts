import { mtlNasNyuv2Presets } from './mtl-nas-nyuv2.js';
import { multiMnistPresets } from './multi-mnist.js';
import { plantedPresets } from './planted.js';
import { roomScenesPresets } from './room-scenes.js';
import type { Preset } from './preset.js';

/** The preset used when none is named. */
export const DEFAULT_PRESET = 'multi-mnist';

/** All presets, the default first; the families in files of their own beside this one. */
export const PRESETS: readonly Preset[] = [
  ...multiMnistPresets,
  ...roomScenesPresets,
  ...plantedPresets,
  ...mtlNasNyuv2Presets,
];
