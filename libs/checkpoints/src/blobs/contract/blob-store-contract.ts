import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BlobStore } from '../blob-store.js';
import type { Fixture, OpenFixture } from './fixture.js';

/** More than one part of an upload in parts, and no whole number of pieces of any adapter. */
const LARGE_BYTES = 33_333_333;

/**
 * What every blob store does.
 *
 * @param serverIsAtomic false where the server that tests can have writes into the file that others read, which the
 *   real one does not: what is about two at a time is left out
 */
export function blobStoreContract(openFixture: OpenFixture, { serverIsAtomic = true } = {}): void {
  let fixture: Fixture;
  let store: BlobStore;
  let folder: string;
  let files = 0;
  beforeEach(async () => {
    fixture = await openFixture();
    ({ store } = fixture);
    folder = await mkdtemp(join(tmpdir(), 'taskweave-blob-files-'));
  });
  afterEach(async () => {
    await fixture.remove();
    await rm(folder, { recursive: true });
  });

  const put = async (name: string, contents: Uint8Array | string, into = store): Promise<void> => {
    const file = join(folder, `put-${files++}`);
    await writeFile(file, contents);
    await into.put(name, file);
  };
  const get = async (name: string, from = store): Promise<Buffer> => {
    const file = join(folder, `get-${files++}`);
    const bytes = await from.get(name, file);
    const contents = await readFile(file);
    expect(contents.length).toBe(bytes);
    return contents;
  };

  it('gives back what was put, also to others', async () => {
    await put('a/b', 'contents');
    const other = await fixture.open();
    expect((await get('a/b', other)).toString()).toBe('contents');
    await other.close();
    expect(store.description).not.toBe('');
  });

  it('gives back any bytes under any name', async () => {
    const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/);
    const name = fc
      .array(part, { minLength: 1, maxLength: 4 })
      .map((parts) => ['any', ...parts, 'blob'].join('/'));
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 2000 }), async (name, contents) => {
        await put(name, contents);
        expect(await get(name)).toEqual(Buffer.from(contents));
        expect(await store.list()).toEqual([name]);
        await store.delete(name);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps empty blobs', async () => {
    await put('empty', '');
    expect(await store.exists('empty')).toBe(true);
    expect(await get('empty')).toHaveLength(0);
    await put('empty', 'no more');
    await put('empty', '');
    expect(await get('empty')).toHaveLength(0);
  });

  it('keeps large blobs', async () => {
    const contents = randomBytes(LARGE_BYTES);
    await put('large', contents);
    expect((await get('large')).equals(contents)).toBe(true);
  });

  it('replaces a blob by another of its name', async () => {
    await put('name', 'a long one');
    await put('name', 'short');
    expect((await get('name')).toString()).toBe('short');
    expect(await store.list()).toEqual(['name']);
  });

  it('says which blobs there are, in order', async () => {
    expect(await store.list()).toEqual([]);
    const names = ['b', 'runs/a/2', 'runs/a/10', 'runs/a/x/y', 'runs/ab/1', 'runs/A', 'runs/a.b', 'runs/a-b'];
    for (const name of names) await put(name, name);
    expect(await store.list()).toEqual([...names].sort());
    expect(await store.list('runs/a')).toEqual(['runs/a/10', 'runs/a/2', 'runs/a/x/y']);
    expect(await store.list('runs/a/x')).toEqual(['runs/a/x/y']);
    expect(await store.list('b')).toEqual([]);
    expect(await store.list('none')).toEqual([]);
    expect(await store.exists('runs/a/2')).toBe(true);
    expect(await store.exists('runs/a')).toBe(false);
    expect(await store.exists('runs/a/3')).toBe(false);
  });

  it('removes blobs', async () => {
    await put('a/b/c', '1');
    await put('a/d', '2');
    await store.delete('a/b/c');
    await store.delete('a/b/c');
    await store.delete('never/there');
    expect(await store.exists('a/b/c')).toBe(false);
    expect(await store.list()).toEqual(['a/d']);
    await expect(get('a/b/c')).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await put('a/b/c', '3');
    expect((await get('a/b/c')).toString()).toBe('3');
  });

  it('says what is not there, and writes nothing for it', async () => {
    const file = join(folder, 'file');
    await expect(store.get('a/b', file)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      subject: `${store.description}, a/b`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a blob that is larger than expected before it writes anything', async () => {
    await put('blob', '12345');
    const file = join(folder, 'file');
    await expect(store.get('blob', file, 4)).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      found: '5 bytes',
      expected: 'at most 4 bytes',
    });
    expect(await readdir(folder)).not.toContain('file');
    expect(await store.get('blob', file, 5)).toBe(5);
  });

  it('replaces a file, and leaves what was there when it fails', async () => {
    await put('blob', 'new');
    const file = join(folder, 'file');
    await writeFile(file, 'old');
    await expect(store.get('none', file)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(await readFile(file, 'utf8')).toBe('old');
    await store.get('blob', file);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('says which file cannot be read or written', async () => {
    const missing = join(folder, 'missing');
    await expect(store.put('a', missing)).rejects.toMatchObject({ code: 'FILE_MISSING', subject: missing });
    await put('a', 'x');
    const below = join(missing, 'file');
    await expect(store.get('a', below)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      subject: below,
    });
    await mkdir(missing);
    await expect(store.get('a', missing)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });

  it.runIf(serverIsAtomic)('has one of many count that put under a name at a time, whole', async () => {
    const all = Array.from({ length: 8 }, (_, i) => Buffer.alloc(300_000 + i, i));
    await Promise.all(all.map((contents) => put('same', contents)));
    const found = await get('same');
    expect(all.some((contents) => contents.equals(found))).toBe(true);
    expect(await store.list()).toEqual(['same']);
  });

  it('takes many blobs at a time', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `many/${i % 5}/${i}`);
    await Promise.all(names.map((name) => put(name, name)));
    expect(await store.list('many')).toEqual([...names].sort());
    await Promise.all(names.map(async (name) => expect((await get(name)).toString()).toBe(name)));
    // Folders that become empty must not take a new blob with them.
    await Promise.all(names.map((name, i) => (i % 2 === 0 ? store.delete(name) : put(`${name}-more`, ''))));
    expect(await store.list('many')).toHaveLength(30);
  });

  it.runIf(serverIsAtomic)('shows readers the old or the new, never a part', async () => {
    const contents = [1, 2].map((value) => Buffer.alloc(1_500_000, value));
    await put('changing', contents[0]!);
    let writing = true;
    const write = async (): Promise<void> => {
      for (let i = 1; i < 8; i++) await put('changing', contents[i % 2]!);
      writing = false;
    };
    const read = async (): Promise<number> => {
      let reads = 0;
      for (; writing; reads++) {
        const found = await get('changing');
        expect(contents.some((one) => one.equals(found))).toBe(true);
      }
      return reads;
    };
    const [, reads] = await Promise.all([write(), read()]);
    expect(reads).toBeGreaterThan(0);
  });

  it.each(['', '/a', '../a', 'a/../../b', 'a//b', '.hidden', 'a/', 'a\nb', 'a\0', 'a b', 'a*'])(
    'refuses the name %j',
    async (name) => {
      const refusal = { code: 'CONFIG_INVALID', subject: 'blob' };
      const file = join(folder, 'file');
      await writeFile(file, '');
      await expect(store.put(name, file)).rejects.toMatchObject(refusal);
      await expect(store.get(name, file)).rejects.toMatchObject(refusal);
      await expect(store.exists(name)).rejects.toMatchObject(refusal);
      await expect(store.delete(name)).rejects.toMatchObject(refusal);
      await expect(store.list(name)).rejects.toMatchObject(refusal);
    },
  );
}
