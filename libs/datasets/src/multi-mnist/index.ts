import { defineDataSet } from '../data-set.js';
import { MULTI_MNIST_TASKS, openMultiMnist } from './data-set.js';
import { multiMnistOptions } from './options.js';

/**
 * Two overlapping handwritten digits in one image, after MultiMNIST (Sabour et al., "Dynamic routing between
 * capsules", NIPS 2017), with the real digits of MNIST. Task `left` names the upper left one, task `right` the
 * lower right one.
 */
export const multiMnist = defineDataSet({
  id: 'multi-mnist',
  options: multiMnistOptions,
  tasks: MULTI_MNIST_TASKS,
  open: openMultiMnist,
});
