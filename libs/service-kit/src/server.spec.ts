import { DescribeResponse } from '@taskweave/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { callUnary } from './client.js';
import { unary } from './handlers.js';
import { checkHealth } from './health.js';
import { startServer } from './server.js';
import { deferred } from './testing/deferred.js';
import { startTestServices } from './testing/start-test-services.js';

const request = { dataJson: '{}', tasks: [] };
const answer = unary(() => DescribeResponse.fromPartial({ imageShape: [36, 36, 1] }));

describe('address', () => {
  it('is a free loopback port by default', async () => {
    const services = await startTestServices({});
    expect(services.server.address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    await services.stop();
  });

  it('in use is refused by name', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(startServer({ name: 'test', services: [], address })).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      subject: address,
    });
    other.close();
  });

  it.each(['127.0.0.1.5:0', 'unix:/nonexistent/folder/socket', '127.0.0.1:99999'])(
    'that is impossible is refused: %s',
    async (address) => {
      await expect(startServer({ name: 'test', services: [], address })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        subject: address,
      });
    },
  );

  it('may be a unix socket: in use it is refused, left behind by a killed process it is replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskweave-'));
    const path = join(folder, 'socket');
    const listen = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', listen]).signal).toBe('SIGKILL');

    const services = await startTestServices({ describe: answer }, `unix:${path}`);
    expect(services.server.address).toBe(`unix:${path}`);
    expect((await callUnary(services.data, 'describe', request)).imageShape).toEqual([36, 36, 1]);
    await expect(
      startServer({ name: 'second', services: [], address: `unix:${path}` }),
    ).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
    });
    expect(await checkHealth(services.server.address)).toBe('SERVING');
    await services.stop();
    await rm(folder, { recursive: true });
  });
});

describe('stop', () => {
  it('lets running calls finish, and may be called twice', async () => {
    const entered = deferred();
    const leave = deferred();
    const services = await startTestServices({
      describe: unary(async () => {
        entered.resolve();
        await leave.promise;
        return DescribeResponse.fromPartial({ imageShape: [1] });
      }),
    });
    const call = callUnary(services.data, 'describe', request);
    await entered.promise;
    const stopped = Promise.all([services.server.stop({ graceMs: 60_000 }), services.server.stop()]);
    leave.resolve();
    expect((await call).imageShape).toEqual([1]);
    await stopped;
    await expect(callUnary(services.data, 'describe', request)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  it('cancels what is left after the grace period', async () => {
    const entered = deferred();
    const aborted = deferred();
    const services = await startTestServices({
      describe: unary(async (_request, { signal }) => {
        entered.resolve();
        await once(signal, 'abort');
        aborted.resolve();
        return DescribeResponse.fromPartial({});
      }),
    });
    const call = callUnary(services.data, 'describe', request);
    await entered.promise;
    await Promise.all([expect(call).rejects.toThrow(), services.server.stop({ graceMs: 10 })]);
    await aborted.promise;
  });
});

it('refuses a message over the limit instead of taking it', async () => {
  const services = await startTestServices({ describe: answer });
  const call = callUnary(services.data, 'describe', { dataJson: 'x'.repeat(17 * 2 ** 20), tasks: [] });
  await expect(call).rejects.toThrow(/RESOURCE_EXHAUSTED/);
  const largest = callUnary(services.data, 'describe', { dataJson: 'x'.repeat(15 * 2 ** 20), tasks: [] });
  expect((await largest).imageShape).toEqual([36, 36, 1]);
  await services.stop();
});
