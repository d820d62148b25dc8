import type { TaskKind } from '../task-kind.js';
import { pixelCrossEntropy } from './loss.js';
import { MeanIntersectionOverUnion } from './metric.js';
import { drawClasses, drawLikeliest } from './picture.js';

/** One class out of several per pixel. Labels int32 [batch, height, width], 255 = no label. */
export const segmentation: TaskKind = {
  id: 'segmentation',
  predicts: 'pixels',
  label: (_, batchSize, [height, width]) => ({ dtype: 'int32', shape: [batchSize, height, width] }),
  loss: (logits, label) => pixelCrossEntropy(logits, label),
  metric: ({ outputs }) => new MeanIntersectionOverUnion(outputs),
  drawLabel: (label, example) => drawClasses(label, example),
  drawOutput: (output, example, size) => drawLikeliest(output, example, size),
};
