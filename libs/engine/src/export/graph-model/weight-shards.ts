import type { HostTensors } from '../../host-tensor.js';

/** Browsers keep files of this size in their cache. */
const SHARD_BYTES = 4 * 2 ** 20;

export interface WeightShards {
  /** A group of the `weightsManifest`. */
  readonly manifest: {
    readonly paths: readonly string[];
    readonly weights: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: string;
    }[];
  };
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Weights one after the other, little-endian, cut into files. */
export function weightShards(weights: HostTensors): WeightShards {
  const tensors = Object.entries(weights);
  const bytes = Buffer.concat(
    tensors.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  return {
    manifest: {
      paths,
      weights: tensors.map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
    },
    files: new Map(paths.map((path, i) => [path, bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)])),
  };
}
