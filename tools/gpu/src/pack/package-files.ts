import { readFile, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** What Node loads, and what must go with it. */
const LOADED = /(\.(js|cjs|mjs|json|node)|\.so(\.\d+)*|\.dylib|\.dll)$/;
const LICENCE = /^(LICEN[CS]E|NOTICE|ThirdPartyNotices)/i;
/** Also builds for another C library than that of the Node that goes with the bundle. */
const NEVER = /(\.spec\.js|\.min\.js|\.tsbuildinfo)$|^musl_/;

/**
 * The files of a package that it needs to run on this machine's kind, relative to its folder. TensorFlow.js packages
 * hold themselves many times over; Node loads one file of each.
 */
export async function packageFiles(name: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.split(sep).includes('node_modules'));
  const licences = files.filter((file) => LICENCE.test(file));
  if (name.startsWith('@tensorflow/')) {
    const { main } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { main: string };
    return ['package.json', join(main), ...licences];
  }
  const native = join('bin', 'napi-v6', process.platform, process.arch) + sep;
  const kept = files.filter((file) => {
    if (NEVER.test(file) || !LOADED.test(file)) return false;
    return name !== 'onnxruntime-node' || !file.startsWith(`bin${sep}`) || file.startsWith(native);
  });
  return [...kept, ...licences];
}
