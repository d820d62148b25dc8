import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A place for one run's files. */
export interface Disk {
  readonly folder: string;
  /** Whether it is small, so that it can be filled without harm to others. */
  readonly small: boolean;
  remove(): Promise<void>;
}

/** Room for the checkpoints of a small run and little more. */
const SIZE = '64m';

/** A file system in memory where this user may mount one, else a plain folder. */
export async function openDisk(): Promise<Disk> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-chaos-'));
  const small = await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'taskweave-chaos', folder]).then(
    () => true,
    () => false,
  );
  return {
    folder,
    small,
    async remove() {
      // A process that is just ending may still work there.
      if (small) await run('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
