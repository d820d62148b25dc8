import { TaskweaveError } from '@taskweave/common';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../statistics.js';

const COMMAND = fileURLToPath(new URL('../../../../services/search/bin/taskweave.js', import.meta.url));

/** Steps that are left out: programs are compiled and memory is allocated in them. */
const WARM_UP = 10;

/**
 * Median wall time of the steps of a real search, in seconds.
 *
 * @param options of `taskweave start`
 */
export async function measureStep(options: readonly string[], steps: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-bench-'));
  try {
    const args = [COMMAND, 'start', ...options, `--steps=${WARM_UP + steps}`, '--output=runs', '--json'];
    await promisify(execFile)(process.execPath, args, { cwd: folder });
    const [run] = await readdir(join(folder, 'runs'));
    const history = await readFile(join(folder, 'runs', run!, 'history.jsonl'), 'utf8');
    const lines = history.trimEnd().split('\n');
    const taken = lines.map((line) => JSON.parse(line) as { kind: string; seconds: number });
    return median(
      taken
        .filter(({ kind }) => kind === 'step')
        .map(({ seconds }) => seconds)
        .slice(WARM_UP),
    );
  } catch (cause) {
    throw new TaskweaveError(
      { code: 'INTERNAL', message: 'The search whose steps are measured failed.', found: String(cause) },
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
