import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

// What was built, everywhere: workers and processes cannot run sources, and a stale build shall not look like chance.
const built = (file: string): URL => new URL(`../../dist/endurance/${file}`, import.meta.url);

async function inThisProcess(threads = 2): Promise<string> {
  const { trainedBits } = (await import(built('bits.js').href)) as typeof import('./bits.js');
  return trainedBits(threads);
}

async function inWorker(): Promise<string> {
  const worker = new Worker(built('bits-main.js'), { execArgv: [] });
  const [bits] = (await once(worker, 'message')) as [string];
  await worker.terminate();
  return bits;
}

async function inProcess(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(built('bits-main.js'))]);
  return stdout;
}

describe('training on the onnx engine with one seed and one thread count', () => {
  it('gives the same bits in every session, worker thread and process', async () => {
    const first = await inThisProcess();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await inThisProcess(), 'another session').toBe(first);
    // Two at once: what one does must not show in the other.
    expect(await Promise.all([inWorker(), inWorker()]), 'workers').toEqual([first, first]);
    expect(await Promise.all([inProcess(), inProcess()]), 'processes').toEqual([first, first]);
  });

  it('gives the same bits twice on one thread', async () => {
    expect(await inThisProcess(1)).toBe(await inThisProcess(1));
  });
});
