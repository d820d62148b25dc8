import { SearchServiceClient, RunState, type WatchRunResponse } from '@taskweave/contracts';
import { EmbeddedMessaging, Members, type Messaging } from '@taskweave/messaging';
import { createRun } from '@taskweave/runs';
import {
  STORAGE_VARIABLE,
  callServerStream,
  callUnary,
  connect,
  type Connection,
  type RunningServer,
} from '@taskweave/service-kit';
import { resolveSpec } from '@taskweave/spec';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plugins } from '../run/plugins.js';
import { Coordinator } from './coordinator.js';
import { startClusterServer } from './server.js';
import type { StateEvent } from './watch-run.js';

const SPEC = resolveSpec({ preset: 'multi-mnist-smoke', assignments: ['name=digits'] }, plugins);
const specJson = JSON.stringify(SPEC);

let output: string;
let messaging: Messaging;
let members: Members;
let coordinator: Coordinator;
let server: RunningServer;
let search: Connection<(typeof SearchServiceClient)['service']>;

/** A cluster without members: nothing is ever started. */
beforeEach(async () => {
  output = mkdtempSync(join(tmpdir(), 'taskweave-cluster-'));
  process.env[STORAGE_VARIABLE] = output;
  messaging = await EmbeddedMessaging.open(join(output, '.coordinator'));
  members = await Members.watch(messaging.state, () => undefined);
  coordinator = await Coordinator.open({
    state: messaging.state,
    members,
    output,
    token: 1,
    onFollowed: () => undefined,
    tell: () => undefined,
  });
  server = await startClusterServer('127.0.0.1:0', () => Promise.resolve(coordinator));
  search = connect(SearchServiceClient, server.address, { name: 'coordinator' });
});
afterEach(async () => {
  search.close();
  await coordinator.close(true);
  await server.stop({ graceMs: 0 });
  await members.stop();
  await messaging.close();
  delete process.env[STORAGE_VARIABLE];
  rmSync(output, { recursive: true });
});

const submit = async (): Promise<string> =>
  (await callUnary(search, 'submitRun', { specJson, baselines: [] })).summary!.run;
const states = async (): Promise<[string, RunState, number][]> =>
  (await callUnary(search, 'listRuns', {})).runs.map(({ run, state, queuePosition }) => [
    run,
    state,
    queuePosition,
  ]);

describe('runs', () => {
  it('wait in the order in which they come, and say what for', async () => {
    const [first, second] = [await submit(), await submit()];
    expect(first).toMatch(/^digits-\d{8}-\d{6}(-2)?$/);
    expect(second).not.toBe(first);
    expect(await states()).toEqual([
      [first, RunState.QUEUED, 1],
      [second, RunState.QUEUED, 2],
    ]);
    const found = await callUnary(search, 'getRun', { run: first });
    expect(found).toMatchObject({ run: first, step: 0, steps: SPEC.steps, planJson: '' });
    expect(found.summary!.reason).toBe('needs a trainer, and there is none');
    expect(JSON.parse(found.specJson)).toEqual(SPEC);
    expect(found.folder).toBe(join(output, first));
    expect(existsSync(found.folder)).toBe(false);
  });

  it('are stopped and resumed while they wait, and go to the end of the queue', async () => {
    const [first, second] = [await submit(), await submit()];
    const stopped = await callUnary(search, 'stopRun', { run: first });
    expect(stopped.summary).toMatchObject({ run: first, state: RunState.STOPPED, queuePosition: 0 });
    await expect(callUnary(search, 'stopRun', { run: first })).rejects.toMatchObject({
      code: 'RUN_NOT_UNDER_WAY',
      found: 'stopped',
    });
    await expect(callUnary(search, 'resumeRun', { run: second })).rejects.toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
      found: 'queued',
    });
    await callUnary(search, 'resumeRun', { run: first });
    expect(await states()).toEqual([
      [second, RunState.QUEUED, 1],
      [first, RunState.QUEUED, 2],
    ]);
  });

  it('are watched until they end', async () => {
    const run = await submit();
    const told: StateEvent[] = [];
    const take = ({ event }: WatchRunResponse): void => void told.push(JSON.parse(event!.json) as StateEvent);
    for await (const message of callServerStream(search, 'watchRun', { run, fromStep: 0 })) {
      take(message);
      if (told.length === 1) await callUnary(search, 'stopRun', { run });
    }
    expect(told.map(({ state }) => state)).toEqual(['queued', 'stopped']);
  });

  it('that nobody knows are not found, and the nearest name is told', async () => {
    const run = await submit();
    for (const method of ['getRun', 'stopRun', 'resumeRun'] as const) {
      await expect(callUnary(search, method, { run: `${run}x` })).rejects.toMatchObject({
        code: 'RUN_NOT_FOUND',
        message: expect.stringContaining(`did you mean '${run}'`) as string,
      });
      await expect(callUnary(search, method, { run: '../etc' })).rejects.toMatchObject({
        code: 'MESSAGE_INVALID',
      });
    }
  });

  it('of a folder that no store knows can be resumed', async () => {
    const plan = { spec: SPEC, method: 'search', networks: [], tasks: [], imageShape: [36, 36, 1] } as const;
    const networks = SPEC.tasks.map(({ id }) => ({ task: id, stages: [] }));
    const tasks = SPEC.tasks.map(({ id }) => ({ id, kind: 'classification', outputs: 10 }) as const);
    const { record } = await createRun(output, {
      plan: { ...plan, networks, tasks },
      codeVersion: '0.1.0',
      baselines: ['nddr'],
      initialWeights: undefined,
    });
    await callUnary(search, 'resumeRun', { run: record.run });
    expect(await states()).toEqual([[record.run, RunState.QUEUED, 1]]);
    expect(coordinator.table.get(record.run)).toMatchObject({ spec: SPEC, baselines: ['nddr'] });
  });
});

describe('a run is refused', () => {
  const refused = (spec: string, baselines: string[] = []) =>
    expect(callUnary(search, 'submitRun', { specJson: spec, baselines })).rejects;

  it('with the errors of the command line', async () => {
    await refused('{').toMatchObject({ code: 'CONFIG_INVALID', subject: 'spec_json' });
    await refused('[]').toMatchObject({ code: 'CONFIG_INVALID' });
    await refused(specJson + ' '.repeat(600_000)).toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'spec_json',
    });
    await refused(JSON.stringify({ ...SPEC, steps: 0, optimiser: {} })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/2 fields[^]*did you mean 'optimizer'\?[^]*steps: found 0/) as string,
    });
    await refused(specJson, ['ndr']).toMatchObject({ code: 'CONFIG_INVALID', subject: 'baselines' });
    expect(await states()).toEqual([]);
  });

  it('when it leaves its device open', async () => {
    const spec = { ...SPEC, engine: { ...SPEC.engine, device: 'auto' } };
    await refused(JSON.stringify(spec)).toMatchObject({ code: 'CONFIG_INVALID', subject: 'engine.device' });
  });

  it('when it would start from files that this process may not read', async () => {
    const spec = { ...SPEC, initialWeights: '/etc/passwd' };
    await refused(JSON.stringify(spec)).toMatchObject({ code: 'PATH_REFUSED', subject: 'initialWeights' });
  });
});
