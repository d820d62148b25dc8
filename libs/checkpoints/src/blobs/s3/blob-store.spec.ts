import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { S3_CREDENTIALS } from '../../testing/s3-server.js';
import { blobStoreContract } from '../contract/blob-store-contract.js';
import { S3BlobStore } from './blob-store.js';
import { useS3Server } from './testing.js';

const { server, open, openFixture } = useS3Server();

// S3 itself answers with the one or the other (its data consistency model); s3rver writes into the file it reads from.
describe('the contract', () => blobStoreContract(openFixture, { serverIsAtomic: false }));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'taskweave-blob-files-'))));
afterEach(() => rm(folder, { recursive: true }));

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe('a server that is killed', () => {
  const contents = randomBytes(50_000_000);

  it('in the middle of a put in parts and comes back costs time only, and shows no half', async () => {
    server().makeBucket('put-lost');
    const store = await open('put-lost');
    await writeFile(join(folder, 'large'), contents);
    const put = store.put('large', join(folder, 'large'));
    // s3rver keeps the parts of an upload in files of their numbers.
    const bucket = join(server().folder, 'put-lost');
    await until(async () => (await readdir(bucket, { recursive: true })).some((name) => name.endsWith('/2')));
    await server().kill();
    await server().restart();
    const other = await open('put-lost');
    expect(await other.list()).toEqual([]);
    await put;
    expect(await other.list()).toEqual(['large']);
    await other.get('large', join(folder, 'copy'));
    expect((await readFile(join(folder, 'copy'))).equals(contents)).toBe(true);
    for (const one of [store, other]) await one.close();
  });

  it('in the middle of a get and comes back costs time only', async () => {
    server().makeBucket('get-lost');
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
    server().makeBucket('away');
    const store = await open('away', { patienceMs: 300 });
    await writeFile(join(folder, 'file'), 'x');
    await store.put('name', join(folder, 'file'));
    await server().kill();
    const away = { code: 'SERVICE_UNAVAILABLE', subject: store.description };
    await expect(store.get('name', join(folder, 'copy'))).rejects.toMatchObject(away);
    await expect(store.put('name', join(folder, 'file'))).rejects.toMatchObject(away);
    await expect(store.list()).rejects.toMatchObject(away);
    await expect(open('away', { patienceMs: 0 })).rejects.toMatchObject(away);
    expect(await readdir(folder)).toEqual(['file']);
    await store.close();
    await expect(store.list()).rejects.toMatchObject(away);
    await server().restart();
  });
});

it('begins an upload anew that the server has forgotten', async () => {
  server().makeBucket('forgotten');
  const store = await open('forgotten');
  const contents = randomBytes(50_000_000);
  await writeFile(join(folder, 'large'), contents);
  const put = store.put('large', join(folder, 'large'));
  const bucket = join(server().folder, 'forgotten');
  await until(async () => (await readdir(bucket, { recursive: true })).some((name) => name.endsWith('/2')));
  for (const name of await readdir(bucket)) {
    if (name.endsWith('_uploads')) await rm(join(bucket, name), { recursive: true, force: true });
  }
  await put;
  await store.get('large', join(folder, 'copy'));
  expect((await readFile(join(folder, 'copy'))).equals(contents)).toBe(true);
  await store.close();
});

it('waits no longer once it is closed', async () => {
  server().makeBucket('closed');
  const store = await open('closed');
  await server().kill();
  const list = store.list();
  await store.close();
  await expect(list).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await server().restart();
});

it('does not take a part of an answer for the whole', async () => {
  const sockets = new Set<Socket>();
  let answers = 0;
  // Ends every connection in the middle of an answer.
  const broken = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      const head = request.toString().startsWith('HEAD');
      if (!head) answers++;
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${head ? 0 : 100}\r\n\r\n${head ? '' : 'half'}`);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => broken.once('listening', resolve));
  const { port } = broken.address() as { port: number };
  const url = `s3://bucket?endpoint=http://127.0.0.1:${port}`;
  const store = await S3BlobStore.open(url, { patienceMs: 600 });
  await expect(store.get('name', join(folder, 'copy'))).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  expect(answers).toBeGreaterThan(1);
  expect(await readdir(folder)).toEqual([]);
  await store.close();
  for (const socket of sockets) socket.destroy();
  broken.close();
});

it('lists more than fit into an answer', async () => {
  server().makeBucket('many');
  const store = await open('many');
  const names = Array.from({ length: 1003 }, (_, i) => `many/${i}`);
  await writeFile(join(folder, 'file'), 'x');
  await store.put('many/0', join(folder, 'file'));
  for (const name of names.slice(1)) {
    await writeFile(join(server().folder, 'many', 'team', 'runs', `${name}._S3rver_object`), 'x');
  }
  expect(await store.list('many')).toEqual([...names].sort());
  await store.close();
});

it('keeps to its prefix', async () => {
  server().makeBucket('prefix');
  const store = await open('prefix');
  await writeFile(join(folder, 'file'), 'x');
  await store.put('a/b', join(folder, 'file'));
  const whole = await S3BlobStore.open(server().url('prefix'));
  expect(await whole.list()).toEqual(['team/runs/a/b']);
  for (const one of [store, whole]) await one.close();
});

it('refuses a bucket that is not there', async () => {
  await expect(open('no-such-bucket')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

describe('credentials', () => {
  const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_EC2_METADATA_DISABLED'];
  const FILES = ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'];
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    for (const name of NAMES) delete process.env[name];
    for (const name of FILES) process.env[name] = join(folder, name);
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  });
  afterEach(() => {
    for (const name of [...NAMES, ...FILES]) delete process.env[name];
    Object.assign(process.env, before);
  });

  it('that are missing or wrong are told apart from a store that is away', async () => {
    server().makeBucket('closed-shop');
    const refusal = {
      code: 'CONFIG_INVALID',
      action: 'Check its URL and bucket, and the credentials in the environment.',
    };
    await expect(open('closed-shop')).rejects.toMatchObject(refusal);
    process.env['AWS_ACCESS_KEY_ID'] = 'unknown';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    await expect(open('closed-shop')).rejects.toMatchObject(refusal);
  });

  it('may come from a profile', async () => {
    server().makeBucket('profile');
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = S3_CREDENTIALS;
    const profile = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\n`;
    await writeFile(join(folder, 'AWS_SHARED_CREDENTIALS_FILE'), profile);
    const store = await open('profile');
    expect(await store.list()).toEqual([]);
    await store.close();
  });
});

it('gives what is stored, also when it was damaged there: what is in it has to be checked', async () => {
  server().makeBucket('damaged');
  const store = await open('damaged');
  await writeFile(join(folder, 'file'), 'contents');
  await store.put('name', join(folder, 'file'));
  await truncate(join(server().folder, 'damaged', 'team', 'runs', 'name._S3rver_object'), 3);
  expect(await store.get('name', join(folder, 'copy'))).toBe(3);
  await store.close();
});
