import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { S3Server, S3_CREDENTIALS } from '../testing/s3-server.js';
import { BLOBS_VARIABLE, blobsAreOn, openBlobStore, withBlobStore } from './open-blob-store.js';

let folder: string;
let nats: NatsServer;
let s3: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-blobs-'));
  [nats, s3] = await Promise.all([NatsServer.start(), S3Server.start()]);
  s3.makeBucket('bucket');
  Object.assign(process.env, S3_CREDENTIALS);
});
afterAll(async () => {
  await Promise.all([nats?.stop(), s3?.stop(), rm(folder, { recursive: true })]);
  for (const name of Object.keys(S3_CREDENTIALS)) delete process.env[name];
});
afterEach(() => void delete process.env[BLOBS_VARIABLE]);

it.each<[string, () => string, string]>([
  ['a path', () => folder, 'folder '],
  ['a file: URL', () => pathToFileURL(folder).href, 'folder '],
  ['a nats: URL', () => `${nats.url}/bucket`, 'NATS '],
  ['an s3: URL', () => s3.url('bucket', 'prefix'), 'S3 '],
])('opens the store of %s', async (_, url, description) => {
  const store = await openBlobStore(url());
  expect(store.description).toMatch(new RegExp(`^${description}`));
  await writeFile(join(folder, 'file'), 'x');
  await store.put('of/mine', join(folder, 'file'));
  expect(await store.list('of')).toEqual(['of/mine']);
  await store.close();
});

it.each(['', 'http://example.org/bucket', 'S4://bucket', 'nats://host', 's3://UPPER/x'])(
  'refuses %j',
  async (url) => {
    await expect(openBlobStore(url)).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: 'blob store' });
  },
);

it('does not tell a password', async () => {
  await expect(openBlobStore('ftp://user:secret@host')).rejects.toMatchObject({ found: '"ftp://***@host"' });
});

it('uses the store of the environment, if it names one', async () => {
  expect(blobsAreOn()).toBe(false);
  await expect(withBlobStore((store) => store.list())).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    subject: BLOBS_VARIABLE,
  });
  process.env[BLOBS_VARIABLE] = `${nats.url}/other`;
  expect(blobsAreOn()).toBe(true);
  expect(await withBlobStore((store) => store.list())).toEqual([]);
});
