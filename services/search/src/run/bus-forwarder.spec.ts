import { EmbeddedEventBus, NatsMessaging, type BusEvent, type StoredEvent } from '@taskweave/messaging';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BusForwarder } from './bus-forwarder.js';

let folder: string;
let own: EmbeddedEventBus;
let server: NatsServer;
let messaging: NatsMessaging;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-forwarder-'));
  own = await EmbeddedEventBus.open(folder);
  server = await NatsServer.start();
  messaging = await NatsMessaging.open(server.url);
});
afterEach(async () => {
  await messaging.close();
  await server.stop();
  await own.close();
  rmSync(folder, { recursive: true });
});

const fail = (thrown: unknown): void => expect.unreachable(String(thrown));
const event = (id: string): BusEvent => ({ run: 'digits', kind: 'step', id, data: id });
const range = (count: number) => Array.from({ length: count }, (_, i) => `e${i}`);
const publish = (ids: readonly string[]) => Promise.all(ids.map((id) => own.publish(event(id))));

/** Ids on the server, without those that sessions begin with. */
async function arrived(count: number): Promise<string[]> {
  const told: StoredEvent[] = [];
  const subscription = await messaging.events.subscribe(
    { from: 1 },
    (stored) => void told.push(stored),
    fail,
  );
  while (told.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  await subscription.stop();
  return told.map(({ id }) => id).filter((id) => !id.startsWith('opened'));
}

async function open(session: number): Promise<BusForwarder> {
  const opened = event(`opened-${session}`);
  await own.publish(opened);
  return BusForwarder.open(opened, own, messaging.events, fail);
}

it('copies every event once and in order, before, while and after the server is away', async () => {
  await publish(range(10));
  const forwarder = await open(1);
  await publish(range(20));
  await server.kill();
  await publish(range(2_500));
  expect(await forwarder.drain(2_501, 100)).toBe(false);
  await server.restart();
  await publish(range(2_600));
  expect(await forwarder.drain(2_601, 60_000)).toBe(true);
  await forwarder.stop();
  expect(await arrived(2_601)).toEqual(range(2_600));
});

it('sends in a later session what an earlier one could not, and nothing twice', async () => {
  const first = await open(1);
  const before = await publish(range(50));
  expect(await first.drain(before.at(-1)!.position, 60_000)).toBe(true);
  await server.kill();
  await publish(range(100));
  // The process ends, and what waits in its memory with it.
  await first.stop();
  await messaging.close();
  await server.restart();
  messaging = await NatsMessaging.open(server.url);
  const second = await open(2);
  expect(await second.drain(102, 60_000)).toBe(true);
  await second.stop();
  expect(await arrived(102)).toEqual(range(100));
});

it('leaves other runs alone', async () => {
  await own.publish({ ...event('other'), run: 'letters' });
  const forwarder = await open(1);
  await publish(['mine']);
  expect(await forwarder.drain(3, 60_000)).toBe(true);
  await forwarder.stop();
  expect(await arrived(2)).toEqual(['mine']);
});
