import { readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../cluster.js';
import type { Fault } from './fault.js';

/** A checkpoint that is not what was written, and a search that has to go on from it. */
export const damage: Fault = {
  id: 'damage',
  summary: 'the newest checkpoint damaged, and all killed',
  targets: ['flipped byte', 'truncated file'],
  needs: () => ({}),
  async inject(cluster, target, random) {
    cluster.signal('search', 'SIGKILL');
    const folders = await checkpoints(cluster);
    // The search refuses to begin again by itself when there is nothing left of it.
    if (folders.length < 2) return `killed search with ${folders.length} checkpoints: none to spare`;
    const newest = folders.at(-1)!;
    const files = (await readdir(newest)).sort().map((name) => join(newest, name));
    const file = files[Math.floor(files.length * random.uniform(0))]!;
    const place = Math.floor((await stat(file)).size * random.uniform(1));
    if (target === 'truncated file') await truncate(file, place);
    else await flip(file, place, 1 << Math.floor(8 * random.uniform(2)));
    return `${target}: ${file.slice(cluster.folder.length + 1)} at ${place}`;
  },
};

/** Folders, oldest first; without those that were put aside. */
async function checkpoints({ folder }: Cluster): Promise<string[]> {
  const parent = join(folder, 'checkpoints');
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => /^step-\d+$/.test(name))
    .sort()
    .map((name) => join(parent, name));
}

async function flip(file: string, place: number, bit: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[place]! ^= bit;
  await writeFile(file, bytes);
}
