import { checkHealth } from '@taskweave/service-kit';
import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import { afterEach, expect, it } from 'vitest';
import { ServiceGroup } from './services.js';

const groups: ServiceGroup[] = [];
afterEach(async () => {
  for (const group of groups.splice(0)) await group.stop();
});

async function start(crashes: TaskweaveError[]): Promise<ServiceGroup> {
  const onCrash = (error: TaskweaveError): void => void crashes.push(error);
  const group = await ServiceGroup.start(['architect'], {
    processes: true,
    counts: { architect: 2 },
    onCrash,
  });
  groups.push(group);
  return group;
}

it('starts a process again that was killed, at its address', async () => {
  const crashes: TaskweaveError[] = [];
  const group = await start(crashes);
  const addresses = group.addresses('architect');
  const before = { ...group.processes };
  expect(Object.keys(before).sort()).toEqual(['architect', 'architect-2']);
  let told = 0;
  group.onRestart(() => told++);
  const { restarts } = group;
  process.kill(before['architect-2']!, 'SIGKILL');
  expect(await group.restartedSince(restarts)).toBe(true);
  expect(group.addresses('architect')).toEqual(addresses);
  expect(group.processes['architect']).toBe(before['architect']);
  expect(group.processes['architect-2']).not.toBe(before['architect-2']);
  expect(await checkHealth(addresses[1]!)).toBe('SERVING');
  expect(told).toBe(1);
  expect(crashes).toEqual([]);
});

it('makes calls again that failed over a crash, and no others', async () => {
  const group = await start([]);
  let calls = 0;
  const failing = (code: ErrorCode) => async (): Promise<number> => {
    if (++calls > 1) return calls;
    process.kill(group.processes['architect']!, 'SIGKILL');
    throw new TaskweaveError({ code, message: 'It failed.' });
  };
  expect(await group.restarting(failing('SERVICE_UNAVAILABLE'))).toBe(2);
  calls = 0;
  await expect(group.restarting(failing('RUN_NOT_FOUND'))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

it('gives up on a process that keeps ending', async () => {
  const crashes: TaskweaveError[] = [];
  const group = await start(crashes);
  for (let kills = 0; kills < 6; kills++) {
    const { restarts } = group;
    process.kill(group.processes['architect']!, 'SIGKILL');
    await group.restartedSince(restarts);
    expect(group.restarts).toBe(Math.min(kills + 1, 5));
  }
  expect(crashes).toHaveLength(1);
  expect(crashes[0]).toMatchObject({ code: 'SERVICE_UNAVAILABLE', found: 'signal SIGKILL' });
});
