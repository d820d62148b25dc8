/** How much a process grows by the first three steps of a search. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The built file beside this one, also when tests run from sources. */
const ENTRY = fileURLToPath(new URL('../../dist/testing/measure-memory-main.js', import.meta.url));

/**
 * Measures in a process of its own.
 *
 * @param args `--preset=NAME`, `--batch=N`
 * @returns bytes
 */
export async function measureMemory(args: readonly string[], cwd: string): Promise<number> {
  const child = spawn(process.execPath, [ENTRY, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  return Number(await text(child.stdout));
}
