/** The gRPC contracts of protos/taskweave/v1 as TypeScript. Everything under taskweave/ is generated. */
export * from './taskweave/v1/tensor.js';
export * from './taskweave/v1/data.js';
export * from './taskweave/v1/architect.js';
export * from './taskweave/v1/trainer.js';
export * from './taskweave/v1/evaluator.js';
export * from './taskweave/v1/search.js';
export * from './taskweave/v1/collective.js';
