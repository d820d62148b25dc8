import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { RunState } from '@taskweave/contracts';
import { RunFolder } from '@taskweave/runs';
import type { RunSpec } from '@taskweave/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterUser, startProgram, type Started } from './testing/cluster.js';
import { referenceRun, type ReferenceRun } from './testing/reference-run.js';
import { factsOf } from './testing/run-facts.js';

const FURTHER = ['--steps=40', '--set=evaluation.every=20'];

/** The search of a reference run. */
const specOf = ({ path }: ReferenceRun): RunSpec => new RunFolder(path).readRecord().plan.spec;

/** The same searches, started by themselves. */
let one: ReferenceRun;
let two: ReferenceRun;
let nats: NatsServer;
let cwd: string;
const programs: Started[] = [];

async function start(service: string, ...args: string[]): Promise<Started> {
  const program = await startProgram(service, cwd, { TASKWEAVE_NATS_URL: nats.url }, ...args);
  programs.push(program);
  return program;
}

const trainers = new Map<string, Started>();

async function startTrainer(name: string): Promise<void> {
  const environment = { TASKWEAVE_NATS_URL: nats.url, TASKWEAVE_MEMBER: name };
  trainers.set(name, await startProgram('supernet-trainer', cwd, environment));
  programs.push(trainers.get(name)!);
}

beforeAll(async () => {
  [one, two, nats] = await Promise.all([
    referenceRun(...FURTHER, '--seed=1'),
    referenceRun(...FURTHER, '--seed=2'),
    NatsServer.start(),
  ]);
  cwd = one.folder();
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  await nats.stop();
  one.remove();
  two.remove();
});

describe('a cluster over NATS', () => {
  let user: ClusterUser;
  let leader: Started;
  beforeAll(async () => {
    [leader] = await Promise.all([
      start('search', 'serve', '--address=127.0.0.1:0'),
      startTrainer('one'),
      start('data-loader'),
      start('architect'),
      start('evaluator'),
    ]);
    user = new ClusterUser(leader.address);
  });

  it('runs two searches one after the other with one trainer, each with the bits of its own', async () => {
    const first = await user.submit(specOf(one));
    const second = await user.submit(specOf(two));
    expect(first.summary).toMatchObject({ state: RunState.QUEUED, queuePosition: 1 });
    await user.until(first.run, ({ state }) => state === RunState.RUNNING);
    expect(await user.run(second.run)).toMatchObject({
      state: RunState.QUEUED,
      queuePosition: 1,
      trainers: [],
    });
    await user.completed(second.run);
    expect(await user.run(first.run)).toMatchObject({ state: RunState.COMPLETED, restarts: 0 });
    expect(await factsOf(first.folder)).toEqual(one.facts);
    expect(await factsOf(second.folder)).toEqual(two.facts);
  });

  it('runs two at a time with two trainers, and goes on where a killed coordinator left them', async () => {
    await startTrainer('two');
    const standby = await start('search', 'serve', '--address=127.0.0.1:0');
    while (!standby.log().includes('standing by')) await new Promise((resolve) => setTimeout(resolve, 20));
    const both = new ClusterUser(leader.address, standby.address);
    const [first, second] = [await both.submit(specOf(one)), await both.submit(specOf(two))];
    await both.until(first.run, ({ step }) => step > 12);
    const at = await Promise.all([first, second].map(({ run }) => both.run(run)));
    expect(at.map(({ state }) => state)).toEqual([RunState.RUNNING, RunState.RUNNING]);
    expect(at.flatMap(({ trainers }) => trainers).sort()).toEqual(['one', 'two']);

    await leader.kill();
    await Promise.all([first, second].map(({ run }) => both.completed(run)));
    expect(await factsOf(first.folder)).toEqual(one.facts);
    expect(await factsOf(second.folder)).toEqual(two.facts);
    user = both;
  });

  it('goes on with another trainer when one is killed, and after it was stopped over the wire', async () => {
    const { run, folder } = await user.submit(specOf(one));
    const before = await user.until(run, ({ step }) => step > 12);
    await trainers.get(before.trainers[0]!)!.kill();
    const moved = await user.until(
      run,
      ({ state, restarts }) => state === RunState.RUNNING && restarts === 1,
    );
    expect([...before.trainers, ...moved.trainers].sort()).toEqual(['one', 'two']);

    const stopped = await user.cli(cwd, 'stop', run);
    expect(stopped).toMatchObject({ code: 0 });
    expect(stopped.stdout).toMatch(/ is stopped after \d+ of 40 steps\nContinue with: npx taskweave resume /);
    const again = await user.cli(cwd, 'stop', run);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_NOT_UNDER_WAY') as string });
    expect(await user.cli(cwd, 'resume', run)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ is queued at position 1 after \d+ of 40 steps\n$/) as string,
    });
    const watched = await user.cli(cwd, 'watch', run);
    expect(watched).toMatchObject({ code: 0, stdout: expect.stringContaining('left → right') as string });
    expect(watched.stderr).toContain('step 40/40');
    expect(await factsOf(folder)).toEqual(one.facts);
    expect((await user.cli(cwd, 'resume', run)).stderr).toMatch(/^error RUN_NOT_RESUMABLE: .* is completed/);
  });
});

describe('a cluster on one machine', () => {
  it('starts services again that were killed, and goes on after it was killed itself', async () => {
    const folder = two.folder();
    const serve = () => startProgram('search', folder, {}, 'serve', '--address=127.0.0.1:0');
    const first = await serve();
    programs.push(first);
    const { run, folder: path } = await new ClusterUser(first.address).submit(specOf(two));
    const user = new ClusterUser(first.address);
    await user.until(run, ({ step }) => step > 12);
    process.kill(Number(/supernet-trainer-1 \((\d+)\)/.exec(first.log())![1]), 'SIGKILL');
    await user.until(run, ({ restarts, step }) => restarts === 1 && step > 22);
    await first.kill();

    // Told to end, it leaves a checkpoint, and a later one goes on from there.
    const next = await serve();
    programs.push(next);
    await new ClusterUser(next.address).until(run, ({ step }) => step > 32);
    expect(await next.stop()).toBe(0);
    const last = await serve();
    programs.push(last);
    await new ClusterUser(last.address).completed(run);
    expect(await factsOf(path)).toEqual(two.facts);
    expect(await last.stop()).toBe(0);
  });
});
