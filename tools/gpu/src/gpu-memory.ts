import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A GPU as its driver names it, e.g. `NVIDIA L4, 24564 MiB, driver 550.54.15`; empty without NVIDIA's tool. */
export async function gpuNames(): Promise<string[]> {
  const rows = await query('name,memory.total,driver_version');
  return rows.map(([name, memory, driver]) => `${name}, ${memory} MiB, driver ${driver}`);
}

/** Bytes of memory in use on all GPUs, by all processes; undefined where nothing tells. */
export async function gpuMemoryInUse(): Promise<number | undefined> {
  const rows = await query('memory.used');
  const mebibytes = rows.map(([used]) => Number(used));
  if (mebibytes.length === 0 || mebibytes.some(Number.isNaN)) return undefined;
  return mebibytes.reduce((a, b) => a + b) * 2 ** 20;
}

/** A row of fields for each GPU. */
async function query(fields: string): Promise<string[][]> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', [
      `--query-gpu=${fields}`,
      '--format=csv,noheader,nounits',
    ]);
    return parseRows(stdout);
  } catch {
    return [];
  }
}

export function parseRows(csv: string): string[][] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((field) => field.trim()));
}
