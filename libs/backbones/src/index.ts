export type { Backbone, BackboneDefinition, BackboneRequest, ImageShape } from './backbone.js';
export { forwardContext, type BatchNormSettings, type ForwardContext } from './forward-context.js';
export { batchNorm, declareBatchNorm } from './layers/batch-norm.js';
export {
  initialValues,
  kaimingNormal,
  type Initializer,
  type ParameterDeclaration,
  type ParameterGroup,
} from './parameters.js';
export { backbones } from './registry.js';
