export { blobNameOf, blobPath, checkBlobPath, isBlobPath } from './blobs/blob-path.js';
export type { BlobStore, BlobStoreOptions } from './blobs/blob-store.js';
export { BLOBS_VARIABLE, blobsAreOn, openBlobStore, withBlobStore } from './blobs/open-blob-store.js';
export {
  downloadFolder,
  listFolders,
  removeFolder,
  uploadFolder,
  withScratchFolder,
} from './blobs/stored-folder.js';
export { checkpointName, listCheckpoints, pruneCheckpoints } from './checkpoint-folder.js';
export type { Checkpoint, CheckpointContents } from './checkpoint.js';
export {
  MANIFEST_FILE,
  parseManifest,
  type CheckpointFile,
  type CheckpointInfo,
  type CheckpointManifest,
} from './manifest.js';
export { writeFolder } from './durable-folder.js';
export { sha256OfParts, type FileParts } from './file-parts.js';
export { latestCheckpoint, readCheckpoint, readManifest, type LatestOptions } from './read-checkpoint.js';
export { readSafetensorsFile, type SafetensorsFile } from './read-safetensors-file.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  safetensorsParts,
  type DecodeOptions,
  type Safetensors,
} from './safetensors.js';
export { canonicalJson, sha256, specHash } from './spec-hash.js';
export { writeCheckpoint } from './write-checkpoint.js';
