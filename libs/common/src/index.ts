export { TaskweaveError, describeError, type ErrorCode, type ErrorDetails } from './errors.js';
export type { Json } from './json.js';
export { randomStream, threefry2x32, type RandomStream } from './random.js';
