import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { archive } from './archive.js';
import { writeBundle } from './bundle.js';

/** The folder that a bundle unpacks to. */
const NAME = 'taskweave-gpu-check';

/**
 * Makes a bundle to carry to another machine.
 *
 * @param file ends in `.tar.xz` or `.tar.gz`
 * @param onProgress told what is being done, in a line
 * @returns what to do with it
 */
export async function pack(file: string, onProgress: (line: string) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-pack-'));
  try {
    onProgress('collecting node, the engine and what it needs');
    await writeBundle(join(folder, NAME));
    onProgress('compressing');
    await archive(folder, NAME, file);
    const { size } = await stat(file);
    return (
      `${file}: ${(size / 2 ** 20).toFixed(1)} MiB, for ${process.platform} ${process.arch}\n` +
      `There: tar xf ${basename(file)} && ${NAME}/check.sh\n`
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
