import type { Json } from '@taskweave/common';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedMessaging } from './messaging.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'taskweave-messaging-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Operation =
  | { readonly do: 'put' | 'delete'; readonly key: string; readonly value: Json }
  | { readonly do: 'event' | 'job' | 'pull and ack' | 'pull' | 'pull and terminate'; readonly id: string };

const key = fc.constantFrom('a', 'a.b', 'c');
const id = fc.integer({ min: 0, max: 5 }).map((number) => `m${number}`);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constantFrom('put', 'delete'), key, value: fc.jsonValue() as fc.Arbitrary<Json> }),
  fc.record({ do: fc.constantFrom('event', 'job', 'pull and ack', 'pull', 'pull and terminate'), id }),
) as fc.Arbitrary<Operation>;

async function perform(messaging: EmbeddedMessaging, operation: Operation): Promise<void> {
  const queue = await messaging.queue('jobs', { maxDeliveries: 3 });
  if (operation.do === 'put') await messaging.state.put(operation.key, operation.value);
  else if (operation.do === 'delete') await messaging.state.delete(operation.key);
  else if (operation.do === 'event') {
    await messaging.events.publish({ run: 'a', kind: 'step', id: operation.id, data: operation.id });
  } else if (operation.do === 'job') {
    await queue.publish({ run: 'a', kind: 'step', id: operation.id, data: operation.id });
  } else {
    const delivery = await queue.pull({ waitMs: 0 });
    if (operation.do === 'pull and ack') await delivery?.ack();
    if (operation.do === 'pull and terminate') await delivery?.terminate('told to');
  }
}

/** All that can be seen of it from outside. */
async function look(messaging: EmbeddedMessaging): Promise<unknown> {
  const entries = [];
  for (const name of await messaging.state.keys()) entries.push(await messaging.state.get(name));
  const events: unknown[] = [];
  const fail = (thrown: unknown) => events.push(thrown);
  const subscription = await messaging.events.subscribe(
    { from: 1 },
    (event) => void events.push(event),
    fail,
  );
  // Handlers run in turns of their own.
  await new Promise((resolve) => setImmediate(resolve));
  await subscription.stop();
  const queue = await messaging.queue('jobs', { maxDeliveries: 3 });
  return { entries, events, depth: await queue.depth(), dead: await queue.deadLetters() };
}

/** What files hold, as `kill -9` leaves them: nothing is closed. */
function contents(): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

it('has after a kill what it had before, whatever was done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 25 }), fc.string(), async (operations, rest) => {
      rmSync(folder, { recursive: true, force: true });
      const messaging = await EmbeddedMessaging.open(folder);
      for (const each of operations) await perform(messaging, each);
      const before = await look(messaging);
      const files = contents();
      await messaging.close();
      // Half a line is what an interrupted write leaves.
      for (const [name, bytes] of files) {
        writeFileSync(join(folder, name), Buffer.concat([bytes, Buffer.from(rest.replaceAll('\n', ''))]));
      }
      const again = await EmbeddedMessaging.open(folder);
      expect(await look(again)).toEqual(before);
      const { revision } = (await again.state.get('z')) ?? { revision: await again.state.put('z', 1) };
      const latest = Math.max(
        0,
        ...(before as { entries: { revision: number }[] }).entries.map((e) => e.revision),
      );
      expect(revision).toBeGreaterThan(latest);
      await again.close();
    }),
    { numRuns: 60 },
  );
});

it('has all that was finished, and nothing half, wherever a write was cut off', async () => {
  const messaging = await EmbeddedMessaging.open(folder);
  const lengths: number[] = [0];
  for (let i = 0; i < 8; i++) {
    await messaging.state.put('counter', { i, text: 'ü\n"' });
    lengths.push(contents().get('state.log')!.length);
  }
  const whole = contents().get('state.log')!;
  await messaging.close();
  for (let cut = 0; cut <= whole.length; cut++) {
    writeFileSync(join(folder, 'state.log'), whole.subarray(0, cut));
    const again = await EmbeddedMessaging.open(folder);
    const puts = lengths.filter((length) => length <= cut).length - 1;
    const entry = await again.state.get('counter');
    expect(entry?.value).toEqual(puts === 0 ? undefined : { i: puts - 1, text: 'ü\n"' });
    expect(await again.state.put('counter', 'next')).toBe(puts + 1);
    await again.close();
  }
});

it('refuses a file with a flipped bit in the middle, by name and line', async () => {
  const messaging = await EmbeddedMessaging.open(folder);
  for (let i = 0; i < 3; i++) {
    await messaging.events.publish({ run: 'a', kind: 'step', id: `e${i}`, data: i });
  }
  await messaging.close();
  const path = join(folder, 'events.log');
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('\n') + 20]! ^= 1;
  writeFileSync(path, bytes);
  await expect(EmbeddedMessaging.open(folder)).rejects.toMatchObject({
    code: 'FILE_DAMAGED',
    subject: path,
    message: `${path} is damaged: line 2 is not as it was written.`,
  });
});

it('stays small though the same keys are written again and again', async () => {
  const messaging = await EmbeddedMessaging.open(folder);
  const value = 'x'.repeat(200_000);
  for (let i = 0; i < 60; i++) {
    await Promise.all([messaging.state.put('a', `${i}${value}`), messaging.state.put('b', i)]);
  }
  expect(contents().get('state.log')!.length).toBeLessThan(6_000_000);
  expect(await messaging.state.get('b')).toEqual({ key: 'b', value: 59, revision: 120 });
  const last = await messaging.state.get('a');
  await messaging.close();
  const again = await EmbeddedMessaging.open(folder);
  expect(await again.state.get('a')).toEqual(last);
  expect(await again.state.put('c', 1)).toBe(121);
  await again.close();
});

it('replays events that are no longer in memory', async () => {
  const messaging = await EmbeddedMessaging.open(folder);
  const all = Array.from({ length: 30_000 }, (_, i) => i);
  await Promise.all(
    all.map((data) => messaging.events.publish({ run: 'a', kind: 'step', id: `e${data}`, data })),
  );
  const told: Json[] = [];
  await new Promise<void>((resolve, reject) => {
    const handler = ({ data }: { data: Json }) => {
      told.push(data);
      if (told.length === 29_501) resolve();
    };
    void messaging.events.subscribe({ from: 501 }, handler, reject);
    void messaging.events.publish({ run: 'a', kind: 'step', id: 'last', data: 30_000 });
  });
  expect(told).toEqual([...all.slice(500), 30_000]);
  await messaging.close();
});

it('says so when the disk refuses, then and ever after', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(EmbeddedMessaging.open(join(folder, 'file'))).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
  });
});
