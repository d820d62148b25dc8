export type { Backbone, BackboneDefinition, BackboneRequest, ImageShape, Prediction } from './backbone.js';
export {
  forwardContext,
  type BatchNormSettings,
  type ForwardContext,
  type StepRandom,
} from './forward-context.js';
export { selectChannels } from './input-channels.js';
export { batchNorm, declareBatchNorm } from './layers/batch-norm.js';
export { convolution, declareConvolution, type ConvolutionShape } from './layers/convolution.js';
export {
  initialValues,
  kaimingNormal,
  type Initializer,
  type ParameterDeclaration,
  type ParameterGroup,
} from './parameters.js';
export { backbones } from './registry.js';
