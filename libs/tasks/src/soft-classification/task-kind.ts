import { tellLikeliest } from '../classification/words.js';
import type { TaskKind } from '../task-kind.js';
import { probabilityError } from './loss.js';
import { ProbabilityError } from './metric.js';
import { drawDistribution, drawTarget } from './picture.js';

/** A distribution over classes per image. Labels float32 [batch, classes], rows that sum to 1. */
export const softClassification: TaskKind = {
  id: 'soft-classification',
  predicts: 'image',
  label: ({ outputs }, batchSize) => ({ dtype: 'float32', shape: [batchSize, outputs] }),
  loss: (logits, target) => probabilityError(logits, target),
  metric: () => new ProbabilityError(),
  drawLabel: (label, example) => drawTarget(label, example),
  drawOutput: (output, example, _size, _task, label) => drawDistribution(output, example, label),
  tellLabel: tellLikeliest,
  tellOutput: tellLikeliest,
};
