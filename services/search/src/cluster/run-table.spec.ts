import { EmbeddedMessaging, type Messaging } from '@taskweave/messaging';
import { resolveSpec } from '@taskweave/spec';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plugins } from '../run/plugins.js';
import { newClusterRun, type ClusterRun } from './cluster-run.js';
import { RunTable } from './run-table.js';

const spec = resolveSpec({ preset: 'multi-mnist-smoke' }, plugins);
const runOf = (run: string, order: number): ClusterRun => newClusterRun({ run, order, spec, baselines: [] });

let folder: string;
let messaging: Messaging;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-run-table-'));
  messaging = await EmbeddedMessaging.open(folder);
});
afterEach(async () => {
  await messaging.close();
  rmSync(folder, { recursive: true });
});

const unexpected = (): void => {
  throw new Error('followed');
};
const open = (token: number, onFollowed = unexpected) => RunTable.open(messaging.state, token, onFollowed);

it('is what was stored, in order', async () => {
  const table = await open(1);
  expect(table.nextOrder).toBe(1);
  await table.set(runOf('digits.b', 2));
  await table.set(runOf('digits-a', 1));
  await table.update('digits.b', { state: 'running', trainers: ['t:1'], step: 12 });
  expect(await table.update('nobody', { step: 1 })).toBe(false);
  await table.close();

  const again = await open(2);
  expect(again.all).toEqual([
    runOf('digits-a', 1),
    { ...runOf('digits.b', 2), state: 'running', trainers: ['t:1'], step: 12 },
  ]);
  expect(again.nextOrder).toBe(3);
});

it('keeps names apart that would have one key', async () => {
  const table = await open(1);
  await table.set(runOf('digits.b', 1));
  expect(table.isTaken('digits_b')).toBe(true);
  expect(table.get('digits_b')).toBeUndefined();
  expect(table.get('digits.b')).toBeDefined();
});

it('refuses what a coordinator says that another one has followed', async () => {
  let followed = 0;
  const early = await open(1, () => void followed++);
  await early.set(runOf('digits-a', 1));
  const late = await open(2);
  expect(await late.update('digits-a', { state: 'completed' })).toBe(true);
  expect(await early.update('digits-a', { state: 'failed' })).toBe(false);
  expect(followed).toBe(1);
  expect((await open(3)).get('digits-a')).toMatchObject({ state: 'completed' });
});

it('passes over what is no run', async () => {
  for (const value of [
    1,
    null,
    'x',
    { value: null },
    { value: { run: 'a', order: 1, spec, state: 'lost' } },
  ]) {
    await messaging.state.put('runs.a', value as never);
    expect((await open(1)).all).toEqual([]);
  }
});

it('tells of changes at once, and stores the last of several', async () => {
  const table = await open(1);
  let changes = 0;
  const unlisten = table.onChange(() => void changes++);
  const stored = [table.set(runOf('digits-a', 1)), table.update('digits-a', { step: 1 })];
  expect([changes, table.get('digits-a')?.step]).toEqual([2, 1]);
  expect(await Promise.all(stored)).toEqual([true, true]);
  unlisten();
  await table.update('digits-a', { step: 2 });
  expect(changes).toBe(2);
  expect((await open(2)).get('digits-a')?.step).toBe(2);
});
