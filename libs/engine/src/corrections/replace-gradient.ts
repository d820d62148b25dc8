import { tf } from '../tfjs.js';

/** Puts a gradient in the place of the one tfjs has for a kernel, or has not. */
export function replaceGradient(config: tf.GradConfig): void {
  if (tf.getGradient(config.kernelName) !== undefined) tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
