import { tensorBytes } from '@taskweave/common';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from './file-parts.js';
import { readSafetensorsFile } from './read-safetensors-file.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import { sha256 } from './spec-hash.js';
import { anyTensors } from './testing/arbitrary-tensors.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readSafetensorsFile', () => {
  it('gives what decoding all of it gives, whichever tensors are skipped', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensors, fc.func(fc.boolean()), async (tensors, isUnwanted) => {
        const bytes = encodeSafetensors(tensors, { made: 'for a test' });
        const path = join(folder, 'any.safetensors');
        writeFileSync(path, bytes);
        const options = { skip: () => (name: string) => isUnwanted(name) };
        const { sha256: hash, ...contents } = await readSafetensorsFile(path, options);
        expect(contents).toEqual(decodeSafetensors(bytes, path, options));
        expect(hash).toBe(sha256(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it('lets other work have its turn within one large tensor', async () => {
    const data = Uint8Array.from({ length: 4 * CHUNK_BYTES + 3 }, (_, i) => i % 251);
    const path = join(folder, 'one.safetensors');
    writeFileSync(path, encodeSafetensors([{ name: 'large', dtype: 'uint8', shape: [data.length], data }]));
    let turns = 0;
    let reading = true;
    const count = (): void => void setImmediate(() => reading && (turns++, count()));
    count();
    const { tensors } = await readSafetensorsFile(path);
    reading = false;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(Buffer.compare(tensorBytes(tensors[0]!), data)).toBe(0);
  });

  it('passes over what is larger than a chunk', async () => {
    const large = Float32Array.from({ length: 700_000 }, (_, i) => i);
    const tensors = ['a', 'b', 'c'].map((name) => ({
      name,
      dtype: 'float32' as const,
      shape: [700_000],
      data: large,
    }));
    const path = join(folder, 'large.safetensors');
    writeFileSync(path, encodeSafetensors(tensors));
    const file = await readSafetensorsFile(path, { skip: () => (name) => name !== 'b' });
    expect(file.tensors.map(({ name }) => name)).toEqual(['b']);
    expect(Buffer.compare(tensorBytes(file.tensors[0]!), tensorBytes(tensors[1]!))).toBe(0);
  });

  it.each([
    ['a file that is not there', 'nowhere', 'FILE_MISSING', 'ENOENT'],
    ['a folder', 'folder', 'FILE_MISSING', 'a folder'],
    ['a file below a file', 'text/below', 'FILE_MISSING', 'ENOTDIR'],
    ['an empty file', 'empty', 'FILE_DAMAGED', '0 bytes'],
    ['a text', 'text', 'FILE_DAMAGED', 'bytes'],
    ['a file cut short', 'short', 'FILE_DAMAGED', '8'],
  ])('refuses %s', async (_, name, code, found) => {
    mkdirSync(join(folder, 'folder'), { recursive: true });
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'this is not a safetensors file');
    const tensors = [{ name: 'a', dtype: 'float32' as const, shape: [2], data: Float32Array.of(1, 2) }];
    writeFileSync(join(folder, 'short'), encodeSafetensors(tensors).subarray(0, -1));
    await expect(readSafetensorsFile(join(folder, name))).rejects.toMatchObject({
      code,
      found: expect.stringContaining(found) as string,
    });
  });
});
