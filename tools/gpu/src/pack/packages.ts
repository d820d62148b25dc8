import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TaskweaveError } from '@taskweave/common';

/** A package and where it goes. */
export interface PlacedPackage {
  readonly name: string;
  /** Where it is. */
  readonly source: string;
  /** Where it goes, relative to the bundle, e.g. `node_modules/long`. */
  readonly target: string;
}

/** Packages that others name as dependencies, but that nothing loads on the way of a check. */
const NOT_LOADED: Readonly<Record<string, readonly string[]>> = {
  // For its command line, and for browsers of long ago.
  '@tensorflow/tfjs': ['argparse', 'chalk', 'core-js', 'regenerator-runtime', 'yargs'],
  // For its install script.
  'onnxruntime-node': ['adm-zip', 'global-agent'],
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Of a package with native code: one package for each kind of machine, of which npm installs this machine's. */
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * All packages that a package needs to run, as they are installed around it.
 *
 * @param folder of the package, which is not itself in the result
 * @throws TaskweaveError FILE_MISSING when one is not installed
 */
export async function neededPackages(folder: string): Promise<PlacedPackage[]> {
  const placed = new Map<string, PlacedPackage>();
  const visit = async (from: string, fromName: string, fromTarget: string): Promise<void> => {
    const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as Manifest;
    const { dependencies = {}, optionalDependencies = {} } = manifest;
    for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) {
      if (name.startsWith('@types/') || name === '@webgpu/types') continue;
      if (NOT_LOADED[fromName]?.includes(name)) continue;
      const source = await installed(name, from);
      if (source === undefined && name in optionalDependencies) continue;
      if (source === undefined) throw missing(name, from);
      const shared = join('node_modules', name);
      // Another version already has the common place.
      const taken = placed.get(shared) !== undefined && placed.get(shared)!.source !== source;
      const target = taken ? join(fromTarget, shared) : shared;
      if (placed.has(target)) continue;
      placed.set(target, { name, source, target });
      await visit(source, name, target);
    }
  };
  await visit(await realpath(folder), '', '');
  return [...placed.values()];
}

/** The folder of a package as Node finds it from another: in the nearest `node_modules` upwards. */
async function installed(name: string, from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isDirectory()) return realpath(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

function missing(name: string, subject: string): TaskweaveError {
  const message = `The package ${name} is not installed.`;
  return new TaskweaveError({ code: 'FILE_MISSING', message, subject, action: 'Run: npm ci' });
}
