/**
 * TensorFlow.js as the rest of Taskweave sees it. Model code imports `tf` from here and nowhere else, so that the
 * process-wide settings below hold before the first tensor is made.
 */
import { correctGradients } from './corrections/index.js';
import { tf } from './tfjs.js';

// Without production mode the pure-JS backend advertises other packages on the terminal, and every kernel's
// result is scanned for NaN.
tf.enableProdMode();
correctGradients();

export { tf };
export type Tensor = tf.Tensor;
/** Tensors by name. */
export type NamedTensors = Record<string, tf.Tensor>;
