/** Ops to compare with the oracle, for tests of any device: `@taskweave/engine/comparisons`. Needs fast-check. */
export { relativeError } from '../test-values.js';
export { COMPARISONS } from './all.js';
export type { Case, Comparison, Comparisons } from './comparison.js';
export { comparisonProgram } from './program.js';
