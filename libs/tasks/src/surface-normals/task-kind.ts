import type { TaskKind } from '../task-kind.js';
import { cosineLoss } from './loss.js';
import { MeanAngle } from './metric.js';
import { drawNormals, drawPredictedNormals } from './picture.js';

/** A direction per pixel. Labels float32 [batch, height, width, 3], a pixel of three times 255 = no label. */
export const surfaceNormals: TaskKind = {
  id: 'surface-normals',
  predicts: 'pixels',
  label: (_, batchSize, [height, width]) => ({ dtype: 'float32', shape: [batchSize, height, width, 3] }),
  loss: (predicted, label) => cosineLoss(predicted, label),
  metric: () => new MeanAngle(),
  drawLabel: (label, example) => drawNormals(label, example),
  drawOutput: (output, example, size) => drawPredictedNormals(output, example, size),
};
