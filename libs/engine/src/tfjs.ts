/**
 * TensorFlow.js as published. Only the corrections of its faults, and what they are made of, import from here;
 * everything else imports `tf` from `./tf.js`, where the corrections are in force.
 */
import * as tf from '@tensorflow/tfjs';

export { tf };
