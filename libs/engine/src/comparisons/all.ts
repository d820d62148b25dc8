import { ARRANGEMENT_COMPARISONS } from './arrangement.js';
import type { Comparisons } from './comparison.js';
import { ELEMENTWISE_COMPARISONS } from './elementwise.js';
import { GATHER_COMPARISONS } from './gather.js';
import { OWN_COMPARISONS } from './own-ops.js';
import { REDUCTION_COMPARISONS } from './reduction.js';
import { WINDOW_COMPARISONS } from './windows.js';

/** Every op that is compared with the oracle, by name. */
export const COMPARISONS: Comparisons = {
  ...ELEMENTWISE_COMPARISONS,
  ...ARRANGEMENT_COMPARISONS,
  ...REDUCTION_COMPARISONS,
  ...GATHER_COMPARISONS,
  ...WINDOW_COMPARISONS,
  ...OWN_COMPARISONS,
};
