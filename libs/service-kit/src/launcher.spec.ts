import { DataServiceClient } from '@taskweave/contracts';
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { callUnary } from './client.js';
import { connect } from './connection.js';
import { checkHealth } from './health.js';
import { launchInProcess, launchProcess } from './launcher.js';
import type { RunningService } from './service.js';

const ECHO = '@taskweave/service-kit/testing/echo';
const MAIN = createRequire(import.meta.url).resolve(`${ECHO}/main`);

let running: RunningService | undefined;
afterEach(async () => {
  delete process.env['ECHO_FAILS'];
  await running?.stop();
  running = undefined;
});

async function echo(address: string, dataJson = '{}'): Promise<string[]> {
  const connection = connect(DataServiceClient, address, { name: 'echo' });
  const { tasks } = await callUnary(connection, 'describe', { dataJson, tasks: ['a', 'b'] });
  connection.close();
  return tasks.map(({ id }) => id);
}

describe.each([
  ['launchInProcess', launchInProcess],
  ['launchProcess', launchProcess],
])('%s', (_name, launch) => {
  it('starts a service that answers until it is stopped', async () => {
    running = await launch(ECHO);
    expect(running.name).toBe('echo');
    expect(await echo(running.address)).toEqual(['a', 'b']);
    await running.stop();
    await running.stop();
    expect(await checkHealth(running.address)).toBe('UNREACHABLE');
  });

  it('throws what the service throws at its start', async () => {
    process.env['ECHO_FAILS'] = 'user';
    await expect(launch(ECHO)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: 'No echo here.',
      subject: 'wall',
    });
  });

  it('passes the address on', async () => {
    running = await launch(ECHO);
    const { address } = running;
    await expect(launch(ECHO, { address })).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      subject: address,
    });
    await running.stop();
    running = await launch(ECHO, { address });
    expect(running.address).toBe(address);
  });

  it.each(['@taskweave/nonexistent', '@taskweave/common'])('refuses %s', async (name) => {
    await expect(launch(name)).rejects.toMatchObject({ code: 'INTERNAL', subject: name });
  });
});

describe('launchProcess', () => {
  it('reports an unexpected end, and not one that was asked for', async () => {
    const child = await launchProcess(ECHO);
    running = child;
    const ended = new Promise((resolve) => child.onExit(resolve));
    await echo(child.address, 'crash').catch(() => undefined);
    expect(await ended).toMatchObject({ code: 'SERVICE_UNAVAILABLE', subject: ECHO, found: 'exit code 7' });

    const calm = await launchProcess(ECHO);
    let reports = 0;
    calm.onExit(() => reports++);
    await calm.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(reports).toBe(0);
  });

  it('gives up on a service that does not get ready, and leaves no process behind', async () => {
    process.env['ECHO_FAILS'] = 'hang';
    await expect(launchProcess(ECHO, { startMs: 300 })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: `The process of ${ECHO} was not ready after 300 ms.`,
    });
  });

  it('kills a service that does not stop', async () => {
    const child = await launchProcess(ECHO, { stopMs: 50 });
    process.kill(child.pid, 'SIGSTOP');
    await child.stop();
    expect(() => process.kill(child.pid, 0)).toThrow(/ESRCH/);
  });
});

describe('a service process', () => {
  const start = () => fork(MAIN, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });

  it('leaves Ctrl-C to its parent, and ends well when the parent disappears', async () => {
    const child = start();
    const [message] = (await once(child, 'message')) as [{ address: string }];
    child.kill('SIGINT');
    expect(await echo(message.address)).toEqual(['a', 'b']);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['loading', 'spawn'],
    ['starting', 'message'],
  ])('that is still %s ends at once when the parent disappears', async (_phase, event) => {
    process.env['ECHO_FAILS'] = 'hang';
    const child = start();
    await once(child, event);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('that nobody forked prints its address, and stops on Ctrl-C', async () => {
    const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(String(line)).toMatch(/^echo listening on 127\.0\.0\.1:\d+\n$/);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['user', {}, 2, 'error DATA_INVALID: No echo here.\n  where:    wall\n'],
    [
      '',
      { TASKWEAVE_ADDRESS: '127.0.0.1:99999' },
      2,
      /^error CONFIG_INVALID: Cannot listen on 127\.0\.0\.1:99999\./,
    ],
  ])('that cannot start says so without a stack trace (%s)', (fails, env, exitCode, text) => {
    const ended = spawnSync(process.execPath, [MAIN], {
      encoding: 'utf8',
      env: { ...process.env, ECHO_FAILS: fails, ...env },
    });
    expect(ended.status).toBe(exitCode);
    expect(ended.stderr).toMatch(text);
    expect(ended.stderr).not.toContain('    at ');
  });
});
