import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { Connection } from '@taskweave/messaging/nats/connection';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobStoreContract } from '../contract/blob-store-contract.js';
import { NatsBlobStore } from './blob-store.js';
import { useNatsServer } from './testing.js';

const { server, open, openFixture } = useNatsServer();

describe('the contract', () => blobStoreContract(openFixture));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'taskweave-blob-files-'))));
afterEach(() => rm(folder, { recursive: true }));

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** What an operator sees of a bucket. */
const inspect = async (bucket: string) => {
  const { nats, close } = await Connection.open(server().url).then((connection) => ({
    nats: connection.nats,
    close: () => connection.close(),
  }));
  const { streams } = await jetstreamManager(nats);
  return { streams, publish: jetstream(nats).publish.bind(jetstream(nats)), stream: `OBJ_${bucket}`, close };
};

describe('a server that is killed', () => {
  const contents = randomBytes(30_000_000);

  it('in the middle of a put and comes back costs time only', async () => {
    const store = await open('put-lost');
    const { streams, stream, close } = await inspect('put-lost');
    const file = join(folder, 'large');
    await writeFile(file, contents);
    const put = store.put('large', file);
    await until(async () => (await streams.info(stream)).state.messages > 10);
    await close();
    await server().kill();
    await server().restart();
    await put;
    await store.get('large', join(folder, 'copy'));
    expect((await readFile(join(folder, 'copy'))).equals(contents)).toBe(true);
    await store.close();
  });

  it('in the middle of a get and comes back costs time only', async () => {
    const store = await open('get-lost');
    await writeFile(join(folder, 'large'), contents);
    await store.put('large', join(folder, 'large'));
    const get = store.get('large', join(folder, 'copy'));
    await until(async () => {
      const [unfinished] = (await readdir(folder)).filter((name) => name.startsWith('.'));
      return unfinished !== undefined && (await stat(join(folder, unfinished))).size > 1_000_000;
    });
    await server().kill();
    await server().restart();
    await get;
    expect((await readFile(join(folder, 'copy'))).equals(contents)).toBe(true);
    await store.close();
  });

  it('and stays away is reported, and leaves no half of a file', async () => {
    const store = await open('away', { patienceMs: 300 });
    await writeFile(join(folder, 'file'), 'x');
    await store.put('name', join(folder, 'file'));
    await server().kill();
    const away = { code: 'SERVICE_UNAVAILABLE', subject: store.description };
    await expect(store.get('name', join(folder, 'copy'))).rejects.toMatchObject(away);
    await expect(store.put('name', join(folder, 'file'))).rejects.toMatchObject(away);
    await expect(store.list()).rejects.toMatchObject(away);
    expect(await readdir(folder)).toEqual(['file']);
    await store.close();
    await expect(open('other', { patienceMs: 300 })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await server().restart();
    const again = await open('away');
    expect(await again.list()).toEqual(['name']);
    await again.close();
  });
});

it('waits no longer once it is closed', async () => {
  const store = await open('closed');
  await server().kill();
  const list = store.list();
  await store.close();
  await expect(list).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await expect(store.exists('a')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await server().restart();
});

describe('a bucket', () => {
  it('holds nothing of blobs that were removed or replaced', async () => {
    const store = await open('clean');
    const { streams, stream, close } = await inspect('clean');
    const file = join(folder, 'file');
    await writeFile(file, randomBytes(1_200_000));
    for (const name of ['a', 'a', 'b']) await store.put(name, file);
    await Promise.all([1, 2, 3].map(() => store.put('a', file)));
    await store.delete('b');
    // Three chunks and what is known of the blob.
    expect((await streams.info(stream)).state.messages).toBe(4);
    await store.delete('a');
    expect((await streams.info(stream)).state.messages).toBe(0);
    await close();
    await store.close();
  });

  it('is one that other clients of the object store read and write', async () => {
    const store = await open('shared');
    const connection = await Connection.open(server().url);
    const objects = await new Objm(connection.nats).open('shared');
    await writeFile(join(folder, 'file'), 'ours');
    await store.put('a/ours', join(folder, 'file'));
    expect(Buffer.from((await objects.getBlob('a/ours'))!).toString()).toBe('ours');
    await objects.putBlob({ name: 'a/theirs' }, Buffer.from('theirs'));
    await objects.putBlob({ name: 'no name of ours!' }, Buffer.from(''));
    expect(await store.list()).toEqual(['a/ours', 'a/theirs']);
    await store.get('a/theirs', join(folder, 'copy'));
    expect(await readFile(join(folder, 'copy'), 'utf8')).toBe('theirs');
    await objects.delete('a/theirs');
    expect(await store.exists('a/theirs')).toBe(false);
    await connection.close();
    await store.close();
  });

  it('with a chunk missing or a byte flipped is found out', async () => {
    const store = await open('damaged');
    const { streams, publish, stream, close } = await inspect('damaged');
    const file = join(folder, 'file');
    await writeFile(file, randomBytes(1_200_000));
    await store.put('short', file);
    await streams.deleteMessage(stream, 2);
    await expect(store.get('short', join(folder, 'copy'))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      subject: `${store.description}, short`,
      found: '2 chunks',
      expected: '3 chunks',
    });
    await store.put('flipped', file);
    const subject = `$O.damaged.M.${Buffer.from('flipped').toString('base64')}`;
    const known = (await streams.getMessage(stream, { last_by_subj: subject }))!.json<{ digest: string }>();
    const digest = `SHA-256=${'A'.repeat(43)}=`;
    await publish(subject, JSON.stringify({ ...known, digest }));
    await expect(store.get('flipped', join(folder, 'copy'))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      expected: `SHA-256=${'A'.repeat(43)}`,
    });
    expect(await readdir(folder)).toEqual(['file']);
    await close();
    await store.close();
  });

  it('that is full says so', async () => {
    const connection = await Connection.open(server().url);
    await new Objm(connection.nats).create('full', { max_bytes: 700_000 });
    await connection.close();
    const store = await open('full');
    await writeFile(join(folder, 'file'), randomBytes(1_200_000));
    await expect(store.put('large', join(folder, 'file'))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      subject: store.description,
    });
    expect(await store.list()).toEqual([]);
    await store.close();
  });
});

it('does not tell a password', async () => {
  const store = await NatsBlobStore.open(`${server().url.replace('//', '//user:secret@')}/password`);
  expect(store.description).toBe(`NATS ${server().url}, bucket password`);
  await store.close();
});
