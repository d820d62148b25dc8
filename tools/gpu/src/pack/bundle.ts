import { chmod, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TaskweaveError } from '@taskweave/common';
import { packageFiles } from './package-files.js';
import { neededPackages } from './packages.js';

/** Of this project, from `src/pack` and from `dist/pack`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/**
 * Writes a folder that can check a machine by itself: `check.sh`, the node that runs now, this project and every
 * package it needs, as built.
 *
 * @throws TaskweaveError FILE_MISSING when a package is not installed; CONFIG_INVALID when this node would not run
 *   elsewhere
 */
export async function writeBundle(folder: string): Promise<void> {
  requirePortableNode();
  const own = (await packageFiles('@taskweave/gpu', PROJECT)).filter((file) => !file.startsWith('src'));
  await copyFiles(PROJECT, folder, [...own, 'check.sh']);
  for (const { name, source, target } of await neededPackages(PROJECT)) {
    await copyFiles(source, join(folder, target), await packageFiles(name, source));
  }
  const node = join(folder, 'bin', 'node');
  await mkdir(dirname(node), { recursive: true });
  await cp(process.execPath, node, { dereference: true });
  await chmod(node, 0o755);
}

async function copyFiles(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file));
  }
}

/** Some distributions split node into many libraries, which another machine lacks. */
function requirePortableNode(): void {
  const { variables } = process.config as unknown as { variables: Record<string, unknown> };
  const shared = Object.keys(variables).filter(
    (name) => /^node_shared/.test(name) && variables[name] === true,
  );
  if (shared.length === 0) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This node needs libraries of this machine, and would not run on another.',
    subject: process.execPath,
    found: shared.join(', '),
    action: 'Use the node of nodejs.org.',
  });
}
