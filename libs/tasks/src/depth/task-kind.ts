import type { TaskKind } from '../task-kind.js';
import { rootMeanSquareError } from './loss.js';
import { RootMeanSquareError } from './metric.js';
import { drawDepth, drawPredictedDepth } from './picture.js';

/**
 * A distance per pixel in metres. Labels float32 [batch, height, width],
 * 255 = no label. Loss and metric are those of the depth tasks of MTL-NAS (CVPR 2020).
 */
export const depth: TaskKind = {
  id: 'depth',
  predicts: 'pixels',
  label: (_, batchSize, [height, width]) => ({ dtype: 'float32', shape: [batchSize, height, width] }),
  loss: (predicted, label) => rootMeanSquareError(predicted, label),
  metric: () => new RootMeanSquareError(),
  drawLabel: (label, example) => drawDepth(label, example),
  drawOutput: (output, example, size, _task, label) => drawPredictedDepth(output, example, size, label),
};
