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
    const files = await newestCheckpoint(cluster);
    if (files.length === 0) return 'killed search before its first checkpoint';
    const file = files[Math.floor(files.length * random.uniform(0))]!;
    const place = Math.floor((await stat(file)).size * random.uniform(1));
    if (target === 'truncated file') await truncate(file, place);
    else await flip(file, place, 1 << Math.floor(8 * random.uniform(2)));
    return `${target}: ${file.slice(cluster.folder.length + 1)} at ${place}`;
  },
};

async function newestCheckpoint({ folder }: Cluster): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && entry.parentPath.includes('checkpoints'))
    .map((entry) => join(entry.parentPath, entry.name));
  const folders = [...new Set(files.map((file) => join(file, '..')))].sort();
  return files.filter((file) => join(file, '..') === folders.at(-1)).sort();
}

async function flip(file: string, place: number, bit: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[place]! ^= bit;
  await writeFile(file, bytes);
}
