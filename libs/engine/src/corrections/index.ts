import { correctAveragePoolGradient } from './average-pool-gradient.js';
import { correctBroadcastGradients } from './broadcast-gradient.js';
import { correctComparisonGradients } from './comparison-gradient.js';
import { correctCumsumGradient } from './cumsum-gradient.js';
import { correctDilatedConvolutionGradient } from './dilated-convolution-gradient.js';
import { correctMirrorPadGradient } from './mirror-pad-gradient.js';
import { correctResizeBilinearGradient } from './resize-bilinear-gradient.js';
import { correctStridedSliceGradient } from './strided-slice-gradient.js';
import { correctTileGradient } from './tile-gradient.js';
import { correctUnpackGradient } from './unpack-gradient.js';

/** Corrects the gradients in which tfjs 4.22 is at fault, for every engine alike. Each file says what is wrong. */
export function correctGradients(): void {
  correctAveragePoolGradient();
  correctBroadcastGradients();
  correctComparisonGradients();
  correctCumsumGradient();
  correctDilatedConvolutionGradient();
  correctMirrorPadGradient();
  correctResizeBilinearGradient();
  correctStridedSliceGradient();
  correctTileGradient();
  correctUnpackGradient();
}
