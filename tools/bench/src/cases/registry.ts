import type { BenchmarkCase } from './benchmark-case.js';
import { convolutionLayerCase } from './convolution-layer.js';
import { twoBranchCase } from './two-branch.js';
import { vgg16SupernetCase } from './vgg16-supernet.js';

/** All cases, the quick ones first. */
export const BENCHMARK_CASES: readonly BenchmarkCase[] = [
  convolutionLayerCase(),
  twoBranchCase(),
  vgg16SupernetCase({ name: 'supernet-quarter', width: 0.25, batch: 8 }),
  vgg16SupernetCase({ name: 'supernet-full', width: 1, batch: 2 }),
];
