/**
 * A checkpoint is a folder `step-00001200`: safetensors files, JSON files, and a manifest that holds the SHA-256 of
 * each. It is written all or nothing, and verified whenever it is read.
 */
import type { Json, NamedTensor } from '@taskweave/common';
import type { CheckpointInfo, CheckpointManifest } from './manifest.js';

/** Extension of the files that hold tensors. */
export const TENSORS = '.safetensors';
/** Extension of the files that hold any other state. */
export const JSON_FILE = '.json';

/** What goes into a checkpoint. Keys of `tensors` and `json` are file names without extension. */
export interface CheckpointContents {
  info: CheckpointInfo;
  /** E.g. `{ weights: [...], optimizer: [...] }` for weights.safetensors and optimizer.safetensors. */
  tensors: Readonly<Record<string, readonly NamedTensor[]>>;
  /** E.g. `{ architect: {...} }` for architect.json. */
  json?: Readonly<Record<string, Json>>;
}

/** A verified checkpoint. */
export interface Checkpoint {
  folder: string;
  manifest: CheckpointManifest;
  /** Tensors of each file, sorted by name. */
  tensors: Record<string, NamedTensor[]>;
  json: Record<string, Json>;
}
