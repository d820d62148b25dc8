import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointName, listCheckpoints, pruneCheckpoints } from './checkpoint-folder.js';
import { writeFolder } from './durable-folder.js';
import { CHUNK_BYTES } from './file-parts.js';
import { latestCheckpoint, readCheckpoint, readManifest } from './read-checkpoint.js';
import { encodeSafetensors } from './safetensors.js';
import { sha256 } from './spec-hash.js';
import { sampleContents } from './testing/sample-checkpoint.js';
import { writeCheckpoint } from './write-checkpoint.js';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taskweave-checkpoints-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const write = (step: number) => writeCheckpoint(parent, sampleContents(step));
const FILES = ['architect.json', 'optimizer.safetensors', 'weights.safetensors'];

describe('a checkpoint', () => {
  it('is read as it was written', async () => {
    const folder = await write(1200);
    expect(folder).toBe(join(parent, 'step-00001200'));
    expect((await readdir(folder)).sort()).toEqual([...FILES, 'manifest.json'].sort());
    const { info, tensors, json } = sampleContents(1200);
    const checkpoint = await readCheckpoint(folder);
    expect(checkpoint.manifest).toMatchObject(info);
    expect(checkpoint.manifest.files.map(({ name }) => name)).toEqual(FILES);
    expect(checkpoint.json).toEqual(json);
    expect(checkpoint.tensors['weights']).toEqual([...tensors['weights']!].reverse());
    expect(checkpoint.tensors['optimizer']).toEqual([]);
    expect(await readManifest(folder)).toEqual(checkpoint.manifest);
  });

  it('of a step that was written before replaces it', async () => {
    await write(7);
    const contents = sampleContents(7);
    await writeCheckpoint(parent, { ...contents, tensors: {}, json: { other: 1 } });
    expect(await readdir(parent)).toEqual(['step-00000007']);
    expect((await readCheckpoint(join(parent, 'step-00000007'))).json).toEqual({ other: 1 });
  });

  it('holds of the engine settings only what a manifest has room for', async () => {
    const { info, ...contents } = sampleContents(1);
    const engine = { ...info.engine, recompute: 'auto' };
    const folder = await writeCheckpoint(parent, { ...contents, info: { ...info, engine } });
    expect((await readManifest(folder)).engine).toEqual(info.engine);
  });

  it('creates the folders above it', async () => {
    const folder = await writeCheckpoint(join(parent, 'runs', 'one'), sampleContents(1));
    expect((await readCheckpoint(folder)).manifest.step).toBe(1);
  });

  it('that could not be read again is not written', async () => {
    const { info } = sampleContents(1);
    const write = writeCheckpoint(parent, { info, tensors: { '../weights': [] } });
    await expect(write).rejects.toMatchObject({ code: 'INTERNAL', subject: 'manifest.json, files[0].name' });
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('a failed write', () => {
  it('says why, and leaves nothing behind', async () => {
    await writeFile(join(parent, 'file'), '');
    const below = writeCheckpoint(join(parent, 'file', 'checkpoints'), sampleContents(1));
    await expect(below).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', found: 'ENOTDIR' });
    expect(await readdir(parent)).toEqual(['file']);
  });

  it('half-way removes its temporary folder and keeps what was there', async () => {
    const folder = await write(3);
    const files = new Map([
      ['weights.safetensors', [Buffer.from('x')]],
      ['no-such-folder/file', [Buffer.from('y')]],
    ]);
    await expect(writeFolder(folder, files)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(await readdir(parent)).toEqual(['step-00000003']);
    expect((await readCheckpoint(folder)).manifest.step).toBe(3);
  });

  it('for want of room is reported, and the checkpoint before it stays good', async () => {
    await write(1);
    const url = (name: string) => JSON.stringify(new URL(`../dist/${name}.js`, import.meta.url).href);
    const script = `
      const { writeCheckpoint } = await import(${url('write-checkpoint')});
      const { sampleContents } = await import(${url('testing/sample-checkpoint')});
      const big = { name: 'big', dtype: 'uint8', shape: [1e6], data: new Uint8Array(1e6) };
      await writeCheckpoint(${JSON.stringify(parent)}, { ...sampleContents(2), tensors: { weights: [big] } })
        .then(() => console.log('written'), (error) => console.log(error.code, error.found));`;
    // A limit on the size of a file stands in for a full disk: the write itself fails, in the middle.
    const limited = spawnSync(
      '/bin/bash',
      ['-c', 'ulimit -f 100; exec "$0" --input-type=module -e "$1"', process.execPath, script],
      { encoding: 'utf8' },
    );
    expect(limited.stderr).toBe('');
    expect(limited.stdout).toBe('OUTPUT_NOT_WRITABLE EFBIG\n');
    expect(await readdir(parent)).toEqual(['step-00000001']);
    expect((await latestCheckpoint(parent))?.manifest.step).toBe(1);
  });
});

describe('damage', () => {
  it.each(FILES)('to one byte of %s is found', async (name) => {
    const folder = await write(1);
    const path = join(folder, name);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED', subject: path });
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['truncated', (path) => truncate(path, 10)],
    ['lengthened', (path) => appendFile(path, 'x')],
    ['missing', (path) => rm(path)],
    ['a folder', (path) => rm(path).then(() => mkdir(path).then(() => undefined))],
  ])('such as a file that is %s is found', async (_name, spoil) => {
    for (const name of [...FILES, 'manifest.json']) {
      const folder = await write(1);
      await spoil(join(folder, name));
      const error = await readCheckpoint(folder).catch((thrown: unknown) => thrown as TaskweaveError);
      expect(error).toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
      expect((error as TaskweaveError).subject).toContain(join(folder, name));
      await rm(folder, { recursive: true });
    }
  });

  it('anywhere in the manifest never fails in another way', async () => {
    const folder = await write(1);
    const path = join(folder, 'manifest.json');
    const intact = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(intact.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(intact);
        bytes[at] = byte;
        await writeFile(path, bytes);
        const outcome = await readCheckpoint(folder).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('latestCheckpoint', () => {
  it('is the newest by step', async () => {
    for (const step of [100, 9, 20]) await write(step);
    expect((await latestCheckpoint(parent))?.manifest.step).toBe(100);
  });

  it('falls back to the one before a damaged one, and says so', async () => {
    for (const step of [1, 2, 3]) await write(step);
    await truncate(join(parent, checkpointName(3), 'weights.safetensors'), 4);
    await rm(join(parent, checkpointName(2), 'manifest.json'));
    const reports: string[] = [];
    const latest = await latestCheckpoint(parent, {
      onDamaged: (folder, error) => reports.push(`${folder}: ${error.code}`),
    });
    expect(latest?.manifest.step).toBe(1);
    expect(reports).toEqual(
      [3, 2].map((step) => `${join(parent, checkpointName(step))}: CHECKPOINT_DAMAGED`),
    );
  });

  it('is undefined without checkpoints', async () => {
    expect(await latestCheckpoint(parent)).toBeUndefined();
    expect(await latestCheckpoint(join(parent, 'nowhere'))).toBeUndefined();
  });
});

describe('pruneCheckpoints', () => {
  it('keeps the newest, and removes what interrupted writes left', async () => {
    for (const step of [1, 2, 10, 30]) await write(step);
    await mkdir(join(parent, '.unfinished-step-00000031-abc'));
    await mkdir(join(parent, 'notes'));
    await pruneCheckpoints(parent, 2);
    expect((await readdir(parent)).sort()).toEqual(['notes', 'step-00000010', 'step-00000030']);
    await pruneCheckpoints(parent, 0);
    expect(await listCheckpoints(parent)).toEqual([join(parent, 'step-00000030')]);
    await pruneCheckpoints(join(parent, 'nowhere'), 1);
  });
});

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
