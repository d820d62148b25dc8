import { TaskweaveError, elementCount, type NamedTensor } from '@taskweave/common';
import { DType, type TensorInfo } from '@taskweave/contracts';

/** A float32 tensor by name. */
export interface Float32Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Most elements of all tensors together: 2 GiB. */
export const MAX_ELEMENTS = 2 ** 29;

function invalid(subject: string, message: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({ code: 'INTERNAL', message, subject, found, expected });
}

/** Joins tensors to one vector and takes it apart again; says where two members' tensors differ. */
export class TensorLayout {
  readonly infos: readonly TensorInfo[];
  /** Elements of all tensors together. */
  readonly elements: number;
  /** Index of each tensor's first element. */
  readonly #begins: readonly number[];

  /** @throws TaskweaveError `INTERNAL` for names given twice, data that does not fit its shape, or too much of it */
  constructor(tensors: readonly Float32Tensor[]) {
    const begins: number[] = [];
    const names = new Set<string>();
    let elements = 0;
    for (const { name, shape, data } of tensors) {
      if (names.has(name)) throw invalid(name, 'A tensor is given twice.', name, 'names that differ');
      names.add(name);
      if (elementCount(shape) !== data.length) {
        const expected = `${elementCount(shape)} elements for the shape [${shape.join(', ')}]`;
        throw invalid(name, 'A tensor does not fit its shape.', `${data.length} elements`, expected);
      }
      begins.push(elements);
      elements += data.length;
    }
    if (elements > MAX_ELEMENTS) {
      throw invalid('tensors', 'There is too much to average.', `${elements} elements`, `${MAX_ELEMENTS}`);
    }
    this.infos = tensors.map(({ name, shape }) => ({ name, dtype: DType.FLOAT32, shape: [...shape] }));
    this.elements = elements;
    this.#begins = begins;
  }

  /**
   * Writes the tensors' elements one after the other.
   *
   * @param joined receives them; `elements` long
   * @throws TaskweaveError `NOT_FINITE` naming the tensor
   */
  join(tensors: readonly Float32Tensor[], joined: Float32Array): void {
    tensors.forEach(({ data }, i) => joined.set(data, this.#begins[i]!));
    if (!allFinite(joined, 0, joined.length)) {
      const index = joined.findIndex((value) => !Number.isFinite(value));
      throw new TaskweaveError({
        code: 'NOT_FINITE',
        message: 'A tensor to be averaged holds a value that is no finite number.',
        subject: this.nameAt(index),
        found: String(joined[index]),
        expected: 'finite numbers',
      });
    }
  }

  /** The tensors that a joined vector holds, as views of it. */
  split(joined: Float32Array): NamedTensor[] {
    return this.infos.map(({ name, shape }, i) => {
      const begin = this.#begins[i]!;
      const data = joined.subarray(begin, begin + elementCount(shape));
      return { name, dtype: 'float32', shape: [...shape], data };
    });
  }

  /** Name of the tensor that an element of the joined vector belongs to. */
  nameAt(index: number): string {
    // Of tensors that begin at the same element all but the last are empty.
    return this.infos[this.#begins.findLastIndex((begin) => begin <= index)]?.name ?? '';
  }

  /** Where another member's tensors differ from these: what it has and what it should have; undefined if nowhere. */
  difference(others: readonly TensorInfo[]): { found: string; expected: string } | undefined {
    const length = Math.max(this.infos.length, others.length);
    for (let i = 0; i < length; i++) {
      const found = describe(others[i]);
      const expected = describe(this.infos[i]);
      if (found !== expected) return { found, expected };
    }
    return undefined;
  }
}

function describe(info: TensorInfo | undefined): string {
  if (info === undefined) return 'no further tensor';
  const dtype = info.dtype === DType.FLOAT32 ? 'float32' : `dtype ${info.dtype}`;
  return `${info.name} ${dtype} [${info.shape.join(', ')}]`;
}

/** Whether all of values[begin .. end - 1] are finite. */
export function allFinite(values: Float32Array, begin: number, end: number): boolean {
  // 0 x is 0 for finite x and NaN for all others. Two sums, so that an addition need not wait for the one before.
  let even = 0;
  let odd = 0;
  let i = begin;
  for (; i + 3 < end; i += 4) {
    even += 0 * values[i]! + 0 * values[i + 1]!;
    odd += 0 * values[i + 2]! + 0 * values[i + 3]!;
  }
  for (; i < end; i++) even += 0 * values[i]!;
  return even + odd === 0;
}
