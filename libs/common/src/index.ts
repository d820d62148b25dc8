export { TaskweaveError, describeError, type ErrorCode, type ErrorDetails } from './errors.js';
export type { Json } from './json.js';
export {
  TYPED_ARRAYS,
  elementCount,
  tensorBytes,
  type NamedTensor,
  type TensorData,
} from './named-tensor.js';
export { randomStream, streamKey, threefry2x32, type RandomStream } from './random.js';
