/** What goes through the chunks in which files are hashed and read. */
import type { NamedTensor } from '@taskweave/common';
import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, byteLength, sha256OfParts } from './file-parts.js';
import { readCheckpoint } from './read-checkpoint.js';
import { encodeSafetensors, safetensorsParts } from './safetensors.js';
import { sha256 } from './spec-hash.js';
import { anyTensors } from './testing/arbitrary-tensors.js';
import { sampleContents } from './testing/sample-checkpoint.js';
import { writeCheckpoint } from './write-checkpoint.js';

let parent: string;
beforeEach(async () => void (parent = await mkdtemp(join(tmpdir(), 'taskweave-large-'))));
afterEach(() => rm(parent, { recursive: true, force: true }));

/** Two tensors of more than a chunk, neither ending where a chunk does, and small ones around them. */
function largeTensors(): NamedTensor[] {
  const floats = (name: string, length: number): NamedTensor => ({
    name,
    dtype: 'float32',
    shape: [length],
    data: Float32Array.from({ length }, (_, i) => i * 0.37 + name.length),
  });
  return [
    floats('a', 3),
    floats('large', CHUNK_BYTES / 2 + 7),
    floats('larger', CHUNK_BYTES + 1),
    { name: 'bytes', dtype: 'uint8', shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) },
    { name: 'none', dtype: 'uint8', shape: [0], data: new Uint8Array(0) },
  ];
}

const writeLarge = (tensors: NamedTensor[]) =>
  writeCheckpoint(parent, { ...sampleContents(1), tensors: { weights: tensors } });

describe('sha256OfParts', () => {
  it('is the hash of the parts put together, however they are cut', async () => {
    const lengths = fc.array(fc.nat(CHUNK_BYTES + 10), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(255), async (sizes, value) => {
        const parts = sizes.map((size, i) => new Uint8Array(size).fill(value + i));
        expect(await sha256OfParts(parts)).toBe(sha256(Buffer.concat(parts)));
      }),
      { numRuns: 40 },
    );
  });

  it('lets other work have its turn within one large part', async () => {
    let turns = 0;
    const hash = sha256OfParts([new Uint8Array(4 * CHUNK_BYTES)]);
    const count = (): void => void setImmediate(() => ++turns < 3 && count());
    count();
    await hash;
    expect(turns).toBe(3);
  });
});

it('safetensorsParts are the encoded file, without a copy of any tensor', () => {
  fc.assert(
    fc.property(anyTensors, (tensors) => {
      const parts = safetensorsParts(tensors);
      expect(Buffer.concat(parts)).toEqual(encodeSafetensors(tensors));
      expect(byteLength(parts)).toBe(encodeSafetensors(tensors).length);
      const memory = new Set<ArrayBufferLike>(parts.slice(1).map(({ buffer }) => buffer));
      expect(memory).toEqual(new Set(tensors.map(({ data }) => data.buffer)));
    }),
  );
});

describe('a checkpoint of several chunks', () => {
  it('is one file as encodeSafetensors makes it, and is read back bit by bit into memory of each its own', async () => {
    const tensors = largeTensors();
    const folder = await writeLarge(tensors);
    const file = await readFile(join(folder, 'weights.safetensors'));
    expect(file.equals(encodeSafetensors(tensors))).toBe(true);
    const { manifest, tensors: read } = await readCheckpoint(folder);
    const described = manifest.files.find(({ name }) => name === 'weights.safetensors');
    expect(described).toMatchObject({ bytes: file.length, sha256: sha256(file) });
    const weights = read['weights']!;
    expect(weights.map(({ name }) => name)).toEqual(['a', 'bytes', 'large', 'larger', 'none']);
    for (const { name, dtype, shape, data } of tensors) {
      const found = weights.find((one) => one.name === name)!;
      expect([found.dtype, found.shape]).toEqual([dtype, shape]);
      expect(Buffer.from(found.data.buffer).equals(Buffer.from(data.buffer))).toBe(true);
    }
  });

  it.each([
    ['header', 20],
    ['first chunk', 1000],
    ['last chunk', -1],
  ])('is found to be damaged in its %s, by its hash', async (_, at) => {
    const folder = await writeLarge(largeTensors());
    const path = join(folder, 'weights.safetensors');
    const bytes = await readFile(path);
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    await writeFile(path, bytes);
    await expect(readCheckpoint(folder)).rejects.toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      message: `${path} is not what was written.`,
      found: sha256(bytes),
    });
  });
});
