export { CrossTaskSpace } from './cross-task-space.js';
export type { NetworkDeclaration, StageDeclaration } from './declaration.js';
export {
  candidateEdges,
  directionsOf,
  fusionSources,
  type Direction,
  type Edge,
  type IndexedEdge,
} from './edge.js';
export type { EdgeRule } from './edge-rule.js';
export type { ArchCode, Gene, Relaxed, SearchSpace } from './space.js';
