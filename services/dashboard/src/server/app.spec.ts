import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTestRun } from '../testing/run-folder.js';
import { createApp } from './app.js';

const TOKEN = 'a-token-of-this-test';

let output: string;
const stop = new AbortController();
const app = (host = '127.0.0.1', token?: string) => createApp({ output, host, token, stop: stop.signal });
const get = (path: string, headers: Record<string, string> = {}) =>
  app().request(path, { headers: { host: 'localhost:7420', ...headers } });

beforeAll(async () => {
  output = mkdtempSync(join(tmpdir(), 'taskweave-app-'));
  await writeTestRun(output, 'sweep/one');
  const pictures = join(output, 'sweep/one/pictures/step-00000010');
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, '0-image.png'), 'a picture');
  writeFileSync(
    join(pictures, 'pictures.json'),
    JSON.stringify({ step: 10, network: 'discrete', examples: [{ image: '0-image.png', tasks: [] }] }),
  );
  writeFileSync(join(output, 'secret.png'), 'not of a run');
  symlinkSync(join(output, 'secret.png'), join(pictures, 'link.png'));
});
afterAll(() => {
  stop.abort();
  rmSync(output, { recursive: true });
});

describe('the dashboard', () => {
  it('answers for a run in a sweep', async () => {
    const run = await get('/api/run?run=sweep/one');
    expect(await run.json()).toMatchObject({
      name: 'sweep/one',
      phase: 'searching',
      alive: false,
      pictures: [10],
    });
    const series = await get('/api/series?run=sweep/one&column=loss/weights/left');
    expect(await series.json()).toMatchObject({
      size: 1,
      x: [0, 1, 2],
      series: { 'loss/weights/left': { mean: [3, 2, 1] } },
    });
  });

  it('says on every answer what browsers may do with it', async () => {
    for (const path of ['/', '/api/runs', '/api/nothing', '/nothing']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each([
    ['/api/run?run=../secret', 404, 'RUN_NOT_FOUND'],
    ['/api/run', 400, 'MESSAGE_INVALID'],
    ['/api/series?run=sweep/one&points=1e9', 400, 'MESSAGE_INVALID'],
    ['/api/series?run=sweep/one&table=__proto__', 400, 'MESSAGE_INVALID'],
    ['/api/file?run=sweep/one&name=run.json', 404, 'FILE_MISSING'],
    ['/api/file?run=sweep/one&name=constructor', 404, 'FILE_MISSING'],
    ['/api/picture?run=sweep/one&step=10&file=../../../secret.png', 403, 'PATH_REFUSED'],
    ['/api/picture?run=sweep/one&step=10&file=link.png', 403, 'PATH_REFUSED'],
    ['/api/picture?run=sweep/one&step=10&file=pictures.json', 403, 'PATH_REFUSED'],
    ['/api/picture?run=sweep/one&step=10&file=1.png', 404, 'FILE_MISSING'],
    ['/api/nothing', 404, 'NOT_FOUND'],
  ])('refuses %s', async (path, status, code) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
  });

  it('gives out pictures of the run', async () => {
    const picture = await get('/api/picture?run=sweep/one&step=10&file=0-image.png');
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await picture.text()).toBe('a picture');
  });

  it('serves its own machine only, by its own names', async () => {
    expect((await get('/api/runs', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { host: 'evil.example:7420' })).status).toBe(403);
    for (const host of ['127.0.0.1:7420', '[::1]:7420'])
      expect((await get('/api/runs', { host })).status).toBe(200);
    expect(
      (await app().request('/api/runs', { method: 'POST', headers: { host: 'localhost' } })).status,
    ).toBe(405);
  });

  it('asks for its token, and keeps who has it logged in by a cookie that scripts cannot read', async () => {
    const guarded = app('0.0.0.0', TOKEN);
    const ask = (path: string, headers: Record<string, string> = {}) => guarded.request(path, { headers });
    for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
      expect((await ask('/api/runs', { authorization })).status).toBe(401);
    }
    expect((await ask('/api/runs', { cookie: 'taskweave-dashboard=guessed' })).status).toBe(401);
    expect(await (await ask('/api/session')).json()).toEqual({ needed: true, in: false });
    const session = await ask('/api/session', { authorization: `Bearer ${TOKEN}` });
    const cookie = session.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^taskweave-dashboard=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await ask('/api/runs', { cookie: cookie.split(';')[0]! })).status).toBe(200);
    expect((await ask('/api/runs', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it('tells who reconnects what has changed, and nothing if nothing has', async () => {
    const one = app();
    const listen = (id: string) =>
      one.request('/api/stream?run=sweep/one', { headers: { host: 'localhost', 'last-event-id': id } });
    const first = await listen('');
    const reader = first.body!.getReader();
    let text = '';
    while (!text.includes('\nid: ')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text).toContain('"step":3');
    const id = /\nid: (.*)/.exec(text)![1]!;
    const read = async (lastId: string): Promise<string> => {
      const again = (await listen(lastId)).body!.getReader();
      const ready = new TextDecoder().decode((await again.read()).value);
      const next = await Promise.race([
        again.read().then(({ value }) => new TextDecoder().decode(value)),
        new Promise<string>((resolve) => setTimeout(() => resolve(''), 300)),
      ]);
      await again.cancel();
      return ready + next;
    };
    expect(await read(id)).not.toContain('news');
    expect(await read('of another server')).toContain('news');
  });
});
