import { EmbeddedMessaging, NatsMessaging, type EventBus, type StoredEvent } from '@taskweave/messaging';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { RunFolder } from '@taskweave/runs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, startCli, untilLines } from '../testing/cli.js';
import { pathOf, referenceRun, SMALL_SEARCH, type ReferenceRun } from '../testing/reference-run.js';
import { factsOf } from '../testing/run-facts.js';

const STEPS = 40;
const FURTHER = [`--steps=${STEPS}`, '--set=evaluation.every=5', '--set=checkpoint.every=5'];
const OPTIONS = [...SMALL_SEARCH, ...FURTHER];

let server: NatsServer;
let reference: ReferenceRun;
beforeAll(async () => {
  server = await NatsServer.start();
  reference = await referenceRun(...FURTHER);
});
afterAll(async () => {
  reference.remove();
  await server.stop();
});

/** What a bus tells of a run, up to its end. */
async function eventsOf(bus: EventBus, run: string): Promise<StoredEvent[]> {
  const told: StoredEvent[] = [];
  await new Promise<void>((resolve, reject) => {
    const handler = (event: StoredEvent): void => {
      told.push(event);
      if (event.kind === 'phase' && (event.data as { phase: string }).phase === 'completed') resolve();
    };
    void bus.subscribe({ run, from: 1 }, handler, reject);
  });
  return told;
}

/** The steps that events of a kind are about, in order. */
const stepsOf = (events: readonly StoredEvent[], kind: string): number[] =>
  events.filter((event) => event.kind === kind).map(({ data }) => (data as { step: number }).step);

const range = (count: number, by = 1) => Array.from({ length: count }, (_, i) => i * by);
const CHECKPOINTS = range(8, 5).map((step) => step + 5);

function expectWhole(events: readonly StoredEvent[]): void {
  expect(stepsOf(events, 'step')).toEqual(range(STEPS));
  expect(stepsOf(events, 'checkpoint.ready')).toEqual(CHECKPOINTS);
  expect(stepsOf(events, 'evaluation.done').sort((a, b) => a - b)).toEqual(CHECKPOINTS);
}

describe('without a server', () => {
  it('a run keeps its events in its folder, each once', async () => {
    const messaging = await EmbeddedMessaging.open(new RunFolder(reference.path).messages);
    const events = await eventsOf(messaging.events, new RunFolder(reference.path).readRecord().run);
    expectWhole(events);
    expect(await messaging.state.keys()).toEqual([]);
    await messaging.close();
  });

  it('checkpoints wait for an evaluator that stands still, also those that nobody has heard of yet', async () => {
    const cwd = reference.folder();
    const { outcome } = startCli([...OPTIONS, '--processes'], cwd);
    const run = await untilLines(7, cwd);
    const folder = new RunFolder(pathOf(cwd));
    const { evaluator } = folder.readRecord().processes!;
    process.kill(evaluator!, 'SIGSTOP');
    // The trainer goes on to its end, while the search service waits at the fifth checkpoint.
    while (!existsSync(join(cwd, 'runs', run, 'checkpoints', 'step-00000040', 'manifest.json'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    process.kill(evaluator!, 'SIGCONT');
    expect(await outcome).toMatchObject({ code: 0 });
    expect(await factsOf(folder.path)).toEqual(reference.facts);
  });
});

describe('over NATS', () => {
  const environment = () => ({ TASKWEAVE_NATS_URL: server.url });

  it('two evaluators share the checkpoints, with the same bits and every event once', async () => {
    const cwd = reference.folder();
    const { code, stderr } = await cli([...OPTIONS, '--processes', '--evaluators=2'], cwd, environment());
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`services as processes  ·  2 evaluators  ·  messages: NATS ${server.url}`);
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
    const messaging = await NatsMessaging.open(server.url);
    expectWhole(await eventsOf(messaging.events, new RunFolder(pathOf(cwd)).readRecord().run));
    expect(await messaging.state.keys()).toEqual([]);
    await messaging.close();
  });

  it('a run survives kills of the server and of itself and of an evaluator, with the same bits and every event once', async () => {
    const cwd = reference.folder();
    const first = startCli([...OPTIONS, '--processes', '--evaluators=2'], cwd, environment());
    const run = await untilLines(8, cwd);
    await server.kill();
    await untilLines(14, cwd);
    await server.restart();
    await untilLines(20, cwd);
    first.child.kill('SIGKILL');
    await first.outcome;

    const args = ['--resume', join('runs', run), '--processes', '--evaluators=2'];
    const second = startCli(args, cwd, environment());
    await untilLines(28, cwd);
    process.kill(new RunFolder(pathOf(cwd)).readRecord().processes!['evaluator-2']!, 'SIGKILL');
    const { code, stderr } = await second.outcome;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
    const messaging = await NatsMessaging.open(server.url);
    expectWhole(await eventsOf(messaging.events, run));
    await messaging.close();
  });

  it('nothing is started when no server answers', async () => {
    const cwd = reference.folder();
    const { code, stderr } = await cli(OPTIONS, cwd, { TASKWEAVE_NATS_URL: 'nats://me:secret@127.0.0.1:1' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error SERVICE_UNAVAILABLE: No NATS server answers\.\n {2}where: {4}nats:\/\/127\.0\.0\.1:1\n/,
    );
    expect(stderr).not.toContain('secret');
    const wrong = await cli(OPTIONS, cwd, { TASKWEAVE_NATS_URL: 'localhost' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('error CONFIG_INVALID: Not the URL of a NATS server.');
  });
});
