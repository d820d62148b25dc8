import { damaged } from './damaged.js';
import { HashingReader } from './hashing-reader.js';
import type { CheckpointFile } from './manifest.js';

/**
 * Reads a file while verifying length and SHA-256.
 *
 * @param parse reads as much of the file as it needs. It sees bytes that are not yet verified, so it has to check what it
 *   relies on; what it gives or throws counts only once the hash is right.
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` naming the file
 */
export async function readVerified<Contents>(
  path: string,
  { bytes, sha256 }: CheckpointFile,
  parse: (reader: HashingReader) => Promise<Contents>,
): Promise<Contents> {
  const reader = await HashingReader.open(path);
  try {
    if (reader.length !== bytes) {
      throw damaged(path, 'has the wrong length', `${reader.length} bytes`, `${bytes} bytes`);
    }
    const parsed = await parse(reader).then(
      (contents) => ({ contents }),
      (cause: unknown) => ({ cause }),
    );
    const hash = await reader.sha256();
    if (hash !== sha256) throw damaged(path, 'is not what was written', hash, `SHA-256 ${sha256}`);
    if ('contents' in parsed) return parsed.contents;
    const { cause } = parsed;
    throw damaged(path, 'cannot be understood', (cause as Error).message, 'safetensors or JSON', cause);
  } finally {
    await reader.close();
  }
}
