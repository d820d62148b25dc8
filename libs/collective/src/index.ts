export { Collective, type AverageRequest, type CollectiveOptions } from './collective.js';
export { lostMember } from './round-failure.js';
export type { RingMember } from './round-peers.js';
export type { Float32Tensor } from './tensor-layout.js';
