import type { Npy } from '../npy.js';
import { invalidLabel } from './invalid-label.js';
import type { LabelFormat } from './label-format.js';

type SoftClasses = Extract<LabelFormat, { kind: 'soft-classification' }>;

/**
 * How likely each class is: numbers that add up to 1. Of a subset of the stored classes, the shares among them.
 *
 * @throws TaskweaveError `DATA_INVALID` for a negative number, another length, or classes of which none is likely at all
 */
export function decodeSoftClasses(
  { data }: Npy,
  { outputs, classes }: SoftClasses,
  subject: string,
): Float32Array {
  const most = classes === undefined ? outputs : Math.max(...classes) + 1;
  if (classes === undefined ? data.length !== outputs : data.length < most)
    throw invalidLabel(
      subject,
      `${data.length} numbers`,
      classes === undefined ? `${outputs}` : `at least ${most}`,
    );
  const wrong = data.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (wrong >= 0) throw invalidLabel(subject, `${data[wrong]} for class ${wrong}`, 'a number from 0');
  const chosen = classes === undefined ? data : Float32Array.from(classes, (index) => data[index]!);
  const sum = chosen.reduce((total, value) => total + value, 0);
  if (sum <= 0) throw invalidLabel(subject, 'nothing but zeros for the classes chosen', 'a likely class');
  return chosen.map((value) => value / sum);
}
