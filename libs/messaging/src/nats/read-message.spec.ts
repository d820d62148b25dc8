/** What others wrote on a server is passed over or given up, and stops nobody. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyOnce } from '../apply-once.js';
import { unexpected, until } from '../contract/fixture.js';
import type { StoredEvent } from '../event-bus.js';
import { Leases } from '../leases.js';
import { putFenced } from '../put-fenced.js';
import { NatsServer } from '../testing/nats-server.js';
import { RawNats } from '../testing/raw-nats.js';
import { NatsMessaging } from './messaging.js';

/** No JSON of any kind, or more than may be. */
const BROKEN = ['', '{', 'NaN', Uint8Array.of(0xff, 0xfe, 0), `"${'x'.repeat(1_010_000)}"`];

let server: NatsServer;
let namespace = 0;
let messaging: NatsMessaging;
let raw: RawNats;
beforeAll(async () => {
  server = await NatsServer.start();
  raw = await RawNats.open(server.url);
});
afterAll(async () => {
  await raw.close();
  await server.stop();
});
beforeEach(async () => void (messaging = await NatsMessaging.open(server.url, `f${++namespace}`)));
afterEach(() => messaging.close());

describe('a work queue', () => {
  it('makes a dead letter of what is no job, and delivers those behind it', async () => {
    const queue = await messaging.queue('jobs');
    const subject = `f${namespace}-work.jobs`;
    BROKEN.forEach((payload, i) => raw.publish(`${subject}.run.kind`, payload, { id: `broken-${i}` }));
    raw.publish(`${subject}.run.kind`, '{}');
    raw.publish(`${subject}.run`, '{}', { id: 'no-kind' });
    raw.publish(`${subject}.-.kind`, '{}', { id: 'no-run' });
    await raw.flush();
    await queue.publish({ run: 'a', kind: 'k', id: 'mine', data: 1 });
    const delivery = await queue.pull({ waitMs: 30_000 });
    expect(delivery).toMatchObject({ id: 'mine', data: 1, attempt: 1 });
    await delivery!.ack();
    expect(await queue.depth()).toBe(0);
    const letters = await queue.deadLetters();
    expect(letters).toHaveLength(BROKEN.length + 3);
    for (const { id, reason } of letters) {
      expect(id).toMatch(/^unreadable\.\d+$/);
      expect(reason).toMatch(/^cannot be read: (Its \d+ bytes are no JSON|It has \d+ bytes|Not a valid )/);
    }
  });

  it('reads its dead letters where others lie between them', async () => {
    const queue = await messaging.queue('jobs');
    for (const payload of [...BROKEN, 'null', '[]', '{"run":1}', '{"run":"a","kind":"b","id":"c"}']) {
      raw.publish(`f${namespace}-dead.jobs`, payload);
    }
    await raw.flush();
    await queue.publish({ run: 'a', kind: 'k', id: 'mine', data: 1 });
    await (await queue.pull())!.terminate('cannot be done');
    expect(await queue.deadLetters()).toEqual([
      { run: 'a', kind: 'k', id: 'mine', data: 1, reason: 'cannot be done' },
    ]);
  });
});

describe('an event bus', () => {
  it('passes over what is no event, and says why', async () => {
    const told: StoredEvent[] = [];
    const reasons: string[] = [];
    await messaging.events.publish({ run: 'a', kind: 'k', id: '1', data: 1 });
    BROKEN.forEach((payload, i) => raw.publish(`f${namespace}.a.k`, payload, { id: `broken-${i}` }));
    raw.publish(`f${namespace}.a.k`, '1');
    raw.publish(`f${namespace}.ä.k`, '1', { id: 'name' });
    await raw.flush();
    await messaging.events.publish({ run: 'a', kind: 'k', id: '2', data: 2 });
    const onUnreadable = (why: string): void => void reasons.push(why);
    const handler = (event: StoredEvent): void => void told.push(event);
    const subscription = await messaging.events.subscribe({ from: 1, onUnreadable }, handler, unexpected);
    await until(() => told.length === 2);
    await subscription.stop();
    expect(told.map(({ id }) => id)).toEqual(['1', '2']);
    expect(reasons).toHaveLength(BROKEN.length + 2);
    expect(reasons[0]).toBe(`The message 2 on f${namespace}.a.k is no event. Its 0 bytes are no JSON.`);
  });
});

describe('a state store', () => {
  const write = async (key: string, payload: string | Uint8Array, header = {}): Promise<void> => {
    raw.publish(`$KV.f${namespace}_state.${key}`, payload, { header });
    await raw.flush();
  };

  it('reads what is no JSON as null, and replaces it', async () => {
    for (const payload of BROKEN) {
      await write('a', payload);
      const entry = await messaging.state.get('a');
      expect(entry).toMatchObject({ key: 'a', value: null });
      expect(await messaging.state.compareAndSet('a', 5, entry!.revision)).toBeGreaterThan(entry!.revision);
      expect(await messaging.state.get('a')).toMatchObject({ value: 5 });
    }
  });

  it('knows no keys but its own, and watches on', async () => {
    await write('a.b=c', '1');
    await write('a.x/y', '1');
    await write('a.$', '1');
    await write('a.z', '{');
    await write('a.odd', '1', { 'KV-Operation': 'NONSENSE' });
    const changes: unknown[] = [];
    const watch = await messaging.state.watch(
      { below: 'a' },
      ({ key, value }) => void changes.push([key, value]),
      unexpected,
    );
    await messaging.state.put('a.mine', 1);
    await until(() => changes.length === 3);
    await watch.stop();
    expect(changes).toEqual([
      ['a.z', null],
      ['a.odd', 1],
      ['a.mine', 1],
    ]);
    expect(await messaging.state.keys('a')).toEqual(expect.arrayContaining(['a.mine', 'a.z']));
    for (const key of await messaging.state.keys('a')) await messaging.state.delete(key);
    expect(await messaging.state.keys('a')).toEqual([]);
  });

  it('gives a result, a lease and a fenced value a place that something else is in', async () => {
    const isResult = (value: unknown): boolean => typeof value === 'number';
    for (const payload of ['{', 'null', '"text"', '[]']) {
      await write('result', payload);
      const result = await applyOnce(messaging.state, 'result', () => Promise.resolve(7), isResult);
      expect(result).toEqual({ result: 7, applied: true });
      await write('fenced', payload);
      expect(await putFenced(messaging.state, 'fenced', 'v', 3)).toBe(true);
      await write('leases.one', payload);
      const leases = new Leases(messaging.state, 'me');
      const lease = async () => leases.tryAcquire('one', 20);
      let held = await lease();
      while (held === undefined) held = await lease();
      await held.release();
    }
    const again = await applyOnce(messaging.state, 'result', () => Promise.resolve(8), isResult);
    expect(again).toEqual({ result: 7, applied: false });
  });
});
