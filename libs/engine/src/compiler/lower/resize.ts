import { resizeMatrix, type ResizeMode } from '../../axis-matrix.js';
import { physicalShape } from '../layout.js';
import type { LowerKernel } from './lowering.js';
import { transposedSeparable } from './separable.js';

/** Resizing of images and its gradient. */
export const RESIZE: Readonly<Record<string, LowerKernel>> = {
  ResizeBilinear: ({ inputs: [images], attributes, outputs: [output] }, lowering) => {
    const { alignCorners, halfPixelCenters } = attributes as unknown as ResizeMode;
    const mode = alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric';
    const sizes = lowering.integers(physicalShape(output!.shape, 'nchw'));
    const name = lowering.node('Resize', [lowering.get(images!, 'nchw'), '', '', sizes], {
      mode: 'linear',
      coordinate_transformation_mode: mode,
    });
    lowering.place(output!, name, 'nchw');
  },
  ResizeBilinearGrad: ({ inputs: [dy], attributes, outputs: [output] }, lowering) => {
    const mode = attributes as unknown as ResizeMode;
    const [rows, columns] = [1, 2].map((axis) =>
      resizeMatrix(output!.shape[axis]!, dy!.shape[axis]!, mode),
    ) as [ReturnType<typeof resizeMatrix>, ReturnType<typeof resizeMatrix>];
    lowering.place(output!, transposedSeparable(lowering.get(dy!, 'nchw'), rows, columns, lowering), 'nchw');
  },
};
