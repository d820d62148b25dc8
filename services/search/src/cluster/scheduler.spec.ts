import type { Member } from '@taskweave/messaging';
import { lockRun } from '@taskweave/runs';
import { startServer, type RunningServer } from '@taskweave/service-kit';
import { resolveSpec } from '@taskweave/spec';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { plugins } from '../run/plugins.js';
import type { ServiceAddresses } from '../run/services.js';
import { newClusterRun, type ClusterRun } from './cluster-run.js';
import { Scheduler } from './scheduler.js';

/** Two trainers and one of each other kind: servers that answer for their health. */
let servers: RunningServer[];
let output: string;
beforeAll(async () => {
  servers = await Promise.all([1, 2, 3].map(() => startServer({ name: 'one', services: [] })));
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const runOf = (run: string, order: number, trainers: number): ClusterRun => {
  const spec = resolveSpec(
    { preset: 'multi-mnist-smoke', assignments: [`trainers.count=${trainers}`] },
    plugins,
  );
  return newClusterRun({ run, order, spec, baselines: [] });
};

let queue: ClusterRun[];
let begun: Map<string, ServiceAddresses>;
let reasons: Map<string, string>;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), 'taskweave-scheduler-'));
  queue = [];
  begun = new Map();
  reasons = new Map();
  return () => rmSync(output, { recursive: true });
});

function scheduler(): Scheduler {
  const list = (service: string): Member[] => {
    const own = service === 'supernet-trainer' ? servers.slice(0, 2) : servers.slice(2);
    return own.map(({ address }, i) => ({ service, name: `${service}-${i}`, address }));
  };
  return new Scheduler({
    members: { list, onChange: () => () => undefined, stop: () => Promise.resolve() },
    output,
    waiting: () => queue.filter(({ run }) => !begun.has(run)),
    occupation: () => ({
      trainers: new Set([...begun.values()].flatMap((services) => services['supernet-trainer'])),
      shared: new Map(),
    }),
    begin: ({ run }, services) => void begun.set(run, services),
    onWaiting: ({ run }, reason) => void reasons.set(run, reason),
  });
}

async function pass(): Promise<void> {
  const one = scheduler();
  one.wake();
  while (queue.some(({ run }) => !begun.has(run) && !reasons.has(run))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await one.close();
}

it('serves runs in order, and holds later ones up for one that waits for busy trainers', async () => {
  queue = [runOf('a', 1, 1), runOf('b', 2, 2), runOf('c', 3, 1)];
  await pass();
  expect([...begun.keys()]).toEqual(['a']);
  expect([...reasons]).toEqual([
    ['b', 'waits for a trainer: 1 of 2 busy'],
    ['c', 'waits for the run before it'],
  ]);
});

it('lets others pass a run that needs more trainers than there are', async () => {
  queue = [runOf('a', 1, 3), runOf('b', 2, 1), runOf('c', 3, 1)];
  await pass();
  expect([...begun.keys()]).toEqual(['b', 'c']);
  expect(reasons.get('a')).toBe('needs 3 trainers, and there are 2');
  const trainers = [...begun.values()].map((services) => services['supernet-trainer'][0]);
  expect(new Set(trainers).size).toBe(2);
});

it('leaves a run alone that another process works on', async () => {
  queue = [runOf('a', 1, 1), runOf('b', 2, 1)];
  await mkdir(join(output, 'a'));
  writeFileSync(join(output, 'a', 'run.json'), '{}');
  const unlock = lockRun(join(output, 'a', 'run.lock'));
  await pass();
  expect([...begun.keys()]).toEqual(['b']);
  expect(reasons.get('a')).toBe(`process ${process.pid} still works on its folder`);
  unlock();
});

it('does nothing more once it is closed', async () => {
  const one = scheduler();
  await one.close();
  queue = [runOf('a', 1, 1)];
  one.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(begun.size).toBe(0);
});
