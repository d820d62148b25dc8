export { compile, type CompiledProgram } from './compiler/compile.js';
export { withScope } from './compiler/record/scope.js';
export { DEVICES, type Availability, type DeviceChoice, type DeviceId } from './devices/device.js';
export { gpuPresent } from './devices/gpu-present.js';
export { inspectEngines, type EngineReport } from './devices/inspect-engines.js';
export { ENGINE_DEVICES, resolveDevice, type DeviceRequest } from './devices/resolve-device.js';
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
export { cosineSimilarity } from './ops/cosine.js';
export { maskedCrossEntropy } from './ops/cross-entropy.js';
export { dropout } from './ops/dropout.js';
export { groupedConv2d, type GroupedConvolutionOptions } from './ops/grouped-convolution.js';
export { randomNormal, randomUniform, type RandomKey } from './ops/random.js';
export { openEngine } from './open-engine.js';
export { estimateProgram, type ProgramEstimate } from './estimate/estimate-program.js';
export { measureSpeedModel } from './estimate/measure-speed-model.js';
export { SpeedModel, type SpeedSample } from './estimate/speed-samples.js';
export { graphModelFiles, type GraphModelOptions } from './export/graph-model/graph-model.js';
export { openGraphModel } from './export/graph-model/run-graph-model.js';
export { RECORDED_BATCH } from './export/open-batch.js';
export { onnxFile, type OnnxFileOptions } from './export/onnx.js';
export { openOnnxFile } from './export/run-onnx.js';
export type { ExportedModel } from './export/exported-model.js';
export { trainedGraph, type TrainedGraph } from './export/trained-graph.js';
export { chromeTrace } from './profile/chrome-trace.js';
export { flameGraph } from './profile/flame-graph.js';
export { readProfile, type NodeEvent, type ProgramProfile } from './profile/ort-profile.js';
export { AROUND, profileStep, type ProfiledPhase, type StepProfile } from './profile/step-profile.js';
export { byTime, type TimeTree } from './profile/time-tree.js';
export { UPDATE_MEASURE } from './profile/update-measure.js';
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
