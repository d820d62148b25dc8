import { like, numbers, type KernelRules } from './rule.js';

/** Resizing of images. */
export const RESIZE_RULES: KernelRules = {
  ResizeBilinear: {
    inputs: ['images'],
    shape: ([images], attributes) => [
      { dtype: 'float32', shape: [images!.shape[0]!, ...numbers(attributes, 'size'), images!.shape[3]!] },
    ],
  },
  ResizeBilinearGrad: { inputs: ['dy', 'images'], shape: ([, images]) => like(images!) },
};
