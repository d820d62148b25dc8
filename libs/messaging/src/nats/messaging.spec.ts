import type { Json } from '@taskweave/common';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unexpected, until } from '../contract/fixture.js';
import type { StoredEvent } from '../event-bus.js';
import { NatsServer } from '../testing/nats-server.js';
import { NatsMessaging } from './messaging.js';

let server: NatsServer;
let messaging: NatsMessaging;
beforeEach(async () => {
  server = await NatsServer.start();
  messaging = await NatsMessaging.open(server.url);
});
afterEach(async () => {
  await messaging.close();
  await server.stop();
});

const publish = (number: number) =>
  messaging.events.publish({ run: 'a', kind: 'step', id: `e${number}`, data: number });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

async function listen(): Promise<StoredEvent[]> {
  const told: StoredEvent[] = [];
  await messaging.events.subscribe({ from: 1 }, (event) => void told.push(event), unexpected);
  return told;
}

it('keeps events that are published while the server is away, and sends them in order when it is back', async () => {
  const told = await listen();
  await publish(0);
  await server.kill();
  const published = numbers(500).slice(1).map(publish);
  await until(() => messaging.unsent === 499);
  await server.restart();
  const results = await Promise.all(published);
  expect(results.every(({ duplicate }) => !duplicate)).toBe(true);
  await until(() => told.length >= 500);
  expect(told.map(({ data }) => data)).toEqual(numbers(500));
  expect(messaging.unsent).toBe(0);
});

it('loses and doubles nothing when the server is killed under load, again and again', async () => {
  const told = await listen();
  const published: Promise<unknown>[] = [];
  for (let kill = 0; kill < 3; kill++) {
    for (let i = 0; i < 400; i++) {
      published.push(publish(published.length));
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await server.kill();
    await server.restart();
  }
  await Promise.all(published);
  await until(() => told.length >= 1200);
  expect(told.map(({ data }) => data)).toEqual(numbers(1200));
  const replay = await listen();
  await until(() => replay.length >= 1200);
  expect(replay.map(({ id }) => id)).toEqual(told.map(({ id }) => id));
});

it('survives a server that hangs for a while', async () => {
  const told = await listen();
  server.pause();
  const published = numbers(50).map(publish);
  const state = messaging.state.compareAndSet('key', 1, 0);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  server.resume();
  await Promise.all(published);
  expect(await state).toBeGreaterThan(0);
  await until(() => told.length >= 50);
  expect(told.map(({ data }) => data)).toEqual(numbers(50));
});

it('applies every compare-and-set once over outages', async () => {
  let revision = await messaging.state.put('counter', 0);
  let stopped = false;
  const counting = (async () => {
    let count = 0;
    while (!stopped) {
      const next = await messaging.state.compareAndSet('counter', count + 1, revision);
      // Nobody else writes: a refusal would mean that an earlier attempt was applied and then forgotten.
      expect(next).toBeDefined();
      revision = next!;
      count++;
    }
    return count;
  })();
  for (let kill = 0; kill < 3; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.kill();
    await server.restart();
  }
  stopped = true;
  const count = await counting;
  expect(await messaging.state.get('counter')).toMatchObject({ value: count, revision });
});

it('goes on handing out work after an outage, every job at least once', async () => {
  const queue = await messaging.queue('jobs', { ackWaitMs: 500, maxDeliveries: 100 });
  const done = new Set<Json>();
  const controller = new AbortController();
  const worker = (async () => {
    for (;;) {
      const delivery = await queue.pull({ signal: controller.signal });
      if (delivery === undefined) return;
      done.add(delivery.data);
      await delivery.ack();
    }
  })();
  const published: Promise<unknown>[] = [];
  for (let kill = 0; kill < 2; kill++) {
    for (let i = 0; i < 100; i++) {
      const data = published.length;
      published.push(queue.publish({ run: 'a', kind: 'job', id: `j${data}`, data }));
    }
    await until(() => done.size > 50);
    await server.kill();
    await server.restart();
  }
  await Promise.all(published);
  await until(() => done.size >= 200);
  while ((await queue.depth()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort();
  await worker;
  expect([...done].sort((a, b) => Number(a) - Number(b))).toEqual(numbers(200));
});

it('goes on telling watchers after an outage', async () => {
  const told: unknown[] = [];
  await messaging.state.watch({ below: 'runs' }, ({ value }) => void told.push(value), unexpected);
  await messaging.state.put('runs.a', 1);
  await until(() => told.length >= 1);
  await server.kill();
  const waiting = messaging.state.put('runs.a', 2);
  await server.restart();
  await waiting;
  await until(() => told.includes(2));
  await messaging.state.put('runs.b', 3);
  await until(() => told.includes(3));
  expect(told).toEqual([1, 2, 3]);
});

it('ends what waits for a server that is gone when it is closed', async () => {
  await server.kill();
  const waiting = expect(publish(1)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    subject: server.url,
  });
  await until(() => messaging.unsent === 1);
  await messaging.close();
  await waiting;
});
