export { compile, type CompiledProgram } from './compiler/compile.js';
export { withScope } from './compiler/record/scope.js';
export { valueAndGradients, type ValueAndGradients } from './gradients.js';
export {
  float32,
  int32,
  type ElementType,
  type HostTensor,
  type HostTensors,
  type TensorSpec,
} from './host-tensor.js';
export { hostTensors, namedTensors } from './named-tensors.js';
export {
  batchNormInference,
  batchNormTraining,
  runningStatistics,
  type BatchNormResult,
} from './ops/batch-norm.js';
export { openEngine } from './open-engine.js';
export type {
  Engine,
  EngineId,
  EngineOptions,
  EngineState,
  Executable,
  Program,
  ProgramResult,
} from './program.js';
export { tf, type NamedTensors, type Tensor } from './tf.js';
