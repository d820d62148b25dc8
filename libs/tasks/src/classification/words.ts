import type { HostTensor } from '@taskweave/engine';
import type { TaskDeclaration } from '@taskweave/spec';
import { exampleOf } from '../pictures/paint.js';
import { bestClass } from './ranking.js';

/** A class by its name, or by its number where the data set knows none. */
export function className({ classes }: Pick<TaskDeclaration, 'classes'>, number: number): string {
  return classes?.[number] ?? String(number);
}

/**
 * The class that one example's scores put first.
 *
 * @param scores of a batch, probabilities or logits
 */
export function tellLikeliest(scores: HostTensor, example: number, task: TaskDeclaration): string {
  return className(task, bestClass(exampleOf(scores, example).data));
}
