/** The benchmark as other tools use it. */
export type { BenchmarkCase } from './cases/benchmark-case.js';
export { matmulCase } from './cases/matmul.js';
export { vgg16SupernetCase, type SupernetSize } from './cases/vgg16-supernet.js';
export { runPeer } from './peer.js';
export type { CaseResult } from './result.js';
export { runBenchmarks } from './run-benchmarks.js';
