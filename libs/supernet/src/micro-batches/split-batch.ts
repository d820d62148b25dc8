import type { HostTensor, HostTensors } from '@taskweave/engine';

/** A part of a batch whose activations are in memory together. */
export interface MicroBatch {
  /** The batch's tensors, a view of its examples: contiguous along axis 0. */
  readonly tensors: HostTensors;
  /** Its examples over those of the batch; shares of a batch add up to 1. */
  readonly share: number;
}

/**
 * Sizes of the micro-batches of a batch: they differ by at most one, the larger come first.
 *
 * @param count micro-batches; as many as there are examples when these are fewer
 */
export function microBatchSizes(batchSize: number, count: number): number[] {
  const parts = Math.min(count, batchSize);
  const [least, larger] = [Math.floor(batchSize / parts), batchSize % parts];
  return Array.from({ length: parts }, (_, part) => (part < larger ? least + 1 : least));
}

/**
 * A batch in parts of {@link microBatchSizes}.
 *
 * @param batch tensors that all have the examples along axis 0
 */
export function splitBatch(batch: HostTensors, count: number): MicroBatch[] {
  const batchSize = batch['image']!.shape[0]!;
  let begin = 0;
  return microBatchSizes(batchSize, count).map((size) => {
    const tensors = Object.fromEntries(
      Object.entries(batch).map(([name, tensor]) => [name, examples(tensor, begin, size)]),
    );
    begin += size;
    return { tensors, share: size / batchSize };
  });
}

function examples({ dtype, shape, data }: HostTensor, begin: number, size: number): HostTensor {
  const [all, ...rest] = shape;
  const length = data.length / all!;
  return { dtype, shape: [size, ...rest], data: data.subarray(begin * length, (begin + size) * length) };
}
