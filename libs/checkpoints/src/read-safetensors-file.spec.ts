import type { NamedTensor } from '@taskweave/common';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHUNK_BYTES } from './file-parts.js';
import { readSafetensorsFile } from './read-safetensors-file.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import { anyTensors } from './testing/arbitrary-tensors.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-safetensors-'));
  path = join(folder, 'weights.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

const large = (length: number): NamedTensor => ({
  name: 'large',
  dtype: 'uint8',
  shape: [length],
  data: Uint8Array.from({ length }, (_, i) => i % 251),
});

it('gives what decoding the whole file gives, each tensor in memory of its own', async () => {
  await fc.assert(
    fc.asyncProperty(anyTensors, async (tensors) => {
      const bytes = encodeSafetensors(tensors, { from: 'a test' });
      await writeFile(path, bytes);
      const read = await readSafetensorsFile(path);
      expect(read).toEqual(decodeSafetensors(bytes, path));
      for (const { data } of read.tensors) expect(data.byteLength).toBe(data.buffer.byteLength);
    }),
    { numRuns: 50 },
  );
});

it('lets other work have its turn within one large tensor', async () => {
  await writeFile(path, encodeSafetensors([large(4 * CHUNK_BYTES + 3)]));
  let turns = 0;
  let reading = true;
  const count = (): void => void setImmediate(() => reading && (turns++, count()));
  count();
  const { tensors } = await readSafetensorsFile(path);
  reading = false;
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(Buffer.compare(tensors[0]!.data as Uint8Array, large(4 * CHUNK_BYTES + 3).data as Uint8Array)).toBe(
    0,
  );
});

it.each([
  ['that is not there', 'missing', 'FILE_MISSING', 'ENOENT'],
  ['that is a folder', '.', 'FILE_MISSING', 'EISDIR'],
])('refuses a file %s', async (_what, name, code, found) => {
  const file = join(folder, name);
  await expect(readSafetensorsFile(file)).rejects.toMatchObject({ code, found, subject: file });
});

it('refuses a file that is cut short', async () => {
  await writeFile(path, encodeSafetensors([large(100)]).subarray(0, -1));
  await expect(readSafetensorsFile(path)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});
