import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TaskweaveError } from '@taskweave/common';

/**
 * Packs a folder into an archive, compressed as its name says.
 *
 * @param parent of the folder
 * @param name of the folder, and of what the archive unpacks to
 * @param file ends in `.tar.xz` or `.tar.gz`
 * @throws TaskweaveError OUTPUT_NOT_WRITABLE when tar or the compressor is not there, or the file cannot be written
 */
export async function archive(parent: string, name: string, file: string): Promise<void> {
  // All cores, for a minute instead of several.
  const env = { ...process.env, XZ_OPT: '-6 -T0' };
  try {
    await promisify(execFile)('tar', ['--auto-compress', '-cf', file, '-C', parent, name], { env });
  } catch (error) {
    throw new TaskweaveError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: 'The bundle cannot be packed.',
        subject: file,
        found: (error as Error).message.trim(),
        action: 'Install tar and, for .tar.xz, xz; or name a .tar.gz file in a folder that can be written.',
      },
      { cause: error },
    );
  }
}
