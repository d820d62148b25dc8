import type { TaskKind } from '../task-kind.js';
import { crossEntropy } from './loss.js';
import { Accuracy } from './metric.js';
import { drawClass, drawProbabilities } from './picture.js';
import { className, tellLikeliest } from './words.js';

/** One class out of several per image. */
export const classification: TaskKind = {
  id: 'classification',
  predicts: 'image',
  label: (_, batchSize) => ({ dtype: 'int32', shape: [batchSize] }),
  loss: (logits, label) => crossEntropy(logits, label),
  metric: () => new Accuracy(),
  drawLabel: (label, example) => drawClass(label, example),
  drawOutput: (output, example, _size, _task, label) => drawProbabilities(output, example, label),
  tellLabel: (label, example, task) => className(task, label.data[example]!),
  tellOutput: tellLikeliest,
};
