import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import config, { BUILT_PAGE, PAGE } from './vite.config.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the page is made of. */
const SOURCES = [
  PAGE,
  here('../../src/api'),
  here('../../src/build'),
  here('../../package.json'),
  here('../../../../libs/diagram/dist'),
  here('../../../../package-lock.json'),
];

/** When the newest file of a folder, or a file, was changed; 0 where there is none. */
function newest(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory() !== true) return entry?.mtimeMs ?? 0;
  const inside = readdirSync(path, { withFileTypes: true }).filter(({ name }) => name !== '.tsbuildinfo');
  return inside.reduce((latest, { name }) => Math.max(latest, newest(join(path, name))), 0);
}

// Vite takes a second to load and two to build, so it is only asked when there is something to do.
if (newest(join(BUILT_PAGE, 'index.html')) < Math.max(...SOURCES.map(newest))) {
  const { build } = await import('vite');
  await build({ ...config, configFile: false });
}
