import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from './fault.js';

const CHUNK = Buffer.alloc(1 << 20);
/** Milliseconds for which there is no room. */
const FULL_MS = 2000;

/** A disk on which others leave no room for a while. */
export const fullDisk: Fault = {
  id: 'full-disk',
  summary: 'no room left on the disk for some seconds',
  targets: ['disk'],
  needs: () => ({}),
  async inject(cluster) {
    const file = join(cluster.disk, 'filler');
    const filler = await open(file, 'w');
    let bytes = 0;
    try {
      const end = performance.now() + FULL_MS;
      // What others delete meanwhile is taken too.
      while (performance.now() < end) {
        const { bytesWritten } = await filler.write(CHUNK).catch(() => ({ bytesWritten: 0 }));
        bytes += bytesWritten;
        if (bytesWritten === 0) await setTimeout(20);
      }
    } finally {
      await filler.close();
      await rm(file, { force: true });
    }
    return `disk full with ${(bytes / 1e6).toFixed(0)} MB for ${FULL_MS / 1000} s`;
  },
};
