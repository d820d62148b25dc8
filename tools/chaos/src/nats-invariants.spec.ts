import { EmbeddedMessaging, openMessaging, type Messaging } from '@taskweave/messaging';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenOnNats } from './nats-invariants.js';

let server: NatsServer;
let folder: string;
let there: Messaging;
let own: Messaging;
beforeEach(async () => {
  server = await NatsServer.start();
  folder = await mkdtemp(join(tmpdir(), 'taskweave-invariants-'));
  there = await openMessaging('', { TASKWEAVE_NATS_URL: server.url });
  own = await EmbeddedMessaging.open(join(folder, 'messages'));
});
afterEach(async () => {
  await Promise.all([there.close(), own.close()]);
  await server.stop();
  await rm(folder, { recursive: true });
});

async function publish(to: Messaging, ...steps: number[]): Promise<void> {
  for (const step of steps) {
    // Under another id each time: so can what was published twice be told from what was sent twice.
    const id = `${step}.${Math.max(...steps)}.${steps.length}`;
    await to.events.publish({ run: 'a.b', kind: 'step', id, data: { step } });
  }
}

it('finds nothing where all is there once, in order', async () => {
  for (const to of [own, there]) await publish(to, 0, 1, 2);
  expect(await brokenOnNats(server.url, folder)).toEqual([]);
});

it('tells what is lost, doubled and left', async () => {
  await publish(own, 0, 1, 2);
  await publish(there, 0, 1);
  await publish(there, 1);
  await there.queue('jobs');
  await there.state.put('scores.a', 1);
  await there.state.put('scores.b', 1);
  await there.state.delete('scores.b');
  expect(await brokenOnNats(server.url, folder)).toEqual([
    'events on NATS are not those of the run; lost: step 2; doubled: step 1',
    'left on NATS: taskweave_dead_jobs, taskweave_work_jobs',
    'left on NATS: $KV.taskweave_state.scores.a',
  ]);
});

it('tells of another order', async () => {
  await publish(own, 0, 1);
  await publish(there, 1, 0);
  expect(await brokenOnNats(server.url, folder)).toEqual([
    'events on NATS have another order than those of the run',
  ]);
});
