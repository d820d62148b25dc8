import { numbers, type KernelRules } from './rule.js';

/** Random numbers. */
export const RANDOM_RULES: KernelRules = {
  RandomUniform32: {
    inputs: ['step'],
    shape: (_, attributes) => [{ dtype: 'float32', shape: numbers(attributes, 'shape') }],
  },
};
