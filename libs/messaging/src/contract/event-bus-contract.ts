import type { Json } from '@taskweave/common';
import { currentTraceparent, startTelemetry, withSpan } from '@taskweave/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventFilter, StoredEvent, Subscription } from '../event-bus.js';
import { unexpected, until, type Fixture, type OpenFixture } from './fixture.js';

/** What every event bus does. */
export function eventBusContract(open: OpenFixture): void {
  let fixture: Fixture;
  beforeEach(async () => void (fixture = await open()));
  afterEach(() => fixture.remove());

  const publish = (id: string, { run = 'a', kind = 'step', data = id as Json } = {}) =>
    fixture.messaging.events.publish({ run, kind, id, data });
  const listen = async (
    filter: EventFilter,
  ): Promise<{ told: StoredEvent[]; subscription: Subscription }> => {
    const told: StoredEvent[] = [];
    const { events } = fixture.messaging;
    const subscription = await events.subscribe(filter, (event) => void told.push(event), unexpected);
    return { told, subscription };
  };
  const ids = (events: readonly StoredEvent[]): string[] => events.map(({ id }) => id);

  it('tells every subscriber what happens from now on, whole and in order', async () => {
    await publish('before');
    const listeners = [await listen({}), await listen({})];
    const data = { list: [1, 2.5, null, 'ü\n'], deep: { yes: true } };
    await Promise.all(Array.from({ length: 50 }, (_, i) => publish(`e${i}`, { data })));
    for (const { told } of listeners) {
      await until(() => told.length >= 50);
      expect(ids(told)).toEqual(Array.from({ length: 50 }, (_, i) => `e${i}`));
      expect(told[7]).toMatchObject({ run: 'a', kind: 'step', id: 'e7', data });
      expect(told[1]!.position).toBeGreaterThan(told[0]!.position);
      expect(told[0]!.time).toBeGreaterThan(1.6e12);
    }
  });

  it('tells an event within the trace that it was published in, also after a restart', async () => {
    await startTelemetry('test');
    const traces = new Map<string, string>();
    const note = (id: string): void => void traces.set(id, currentTraceparent());
    const published = await withSpan('publisher', {}, async () => {
      await publish('traced');
      return currentTraceparent();
    });
    await publish('untraced');
    await fixture.reopen();
    const { events } = fixture.messaging;
    const replay = async (): Promise<void> => {
      const from = { from: 1 };
      const subscription = await events.subscribe(from, ({ id }) => note(id), unexpected);
      await until(() => traces.size === 2);
      await subscription.stop();
    };
    await withSpan('subscriber', {}, replay);
    expect(traces.get('traced')).toBe(published);
    // Made up, as there is none: not sampled.
    expect(traces.get('untraced')).toMatch(/-00$/);
  });

  it('tells what a filter asks for and nothing else', async () => {
    const all = await listen({});
    const run = await listen({ run: 'digits-1.b' });
    const kind = await listen({ kind: 'checkpoint.ready' });
    const both = await listen({ run: 'digits-1.b', kind: 'checkpoint.ready' });
    await publish('1', { run: 'digits-1.b' });
    await publish('2', { run: 'digits-1', kind: 'checkpoint.ready' });
    await publish('3', { run: 'digits-1.b', kind: 'checkpoint.ready' });
    await publish('4', { run: 'digits-1.b', kind: 'checkpoint' });
    await until(() => all.told.length >= 4 && run.told.length >= 3 && kind.told.length >= 2);
    await until(() => both.told.length > 0);
    expect(ids(all.told)).toEqual(['1', '2', '3', '4']);
    expect(ids(run.told)).toEqual(['1', '3', '4']);
    expect(run.told[0]!.run).toBe('digits-1.b');
    expect(ids(kind.told)).toEqual(['2', '3']);
    expect(ids(both.told)).toEqual(['3']);
  });

  it('replays from a position, then goes on, also after a restart', async () => {
    const positions: number[] = [];
    for (const id of ['1', '2', '3', '4']) positions.push((await publish(id)).position);
    await fixture.reopen();
    const whole = await listen({ from: 1 });
    const part = await listen({ from: positions[2]! });
    await publish('5');
    await until(() => whole.told.length >= 5 && part.told.length >= 3);
    expect(ids(whole.told)).toEqual(['1', '2', '3', '4', '5']);
    expect(ids(part.told)).toEqual(['3', '4', '5']);
    expect(part.told[0]!.position).toBe(positions[2]);
  });

  it('keeps an event once, however often it is published', async () => {
    const { told } = await listen({});
    const first = await publish('same');
    expect(first.duplicate).toBe(false);
    const again = await Promise.all([publish('same'), publish('same', { data: 'other' })]);
    await fixture.reopen();
    again.push(await publish('same'));
    expect(again).toEqual(Array(3).fill({ position: first.position, duplicate: true }));
    const replay = await listen({ from: 1 });
    await publish('last');
    await until(() => replay.told.length >= 2);
    expect(ids(replay.told)).toEqual(['same', 'last']);
    expect(ids(told)).toEqual(['same']);
  });

  it('waits for a handler before the next event, and ends when it is told to', async () => {
    const log: string[] = [];
    let finish = (): void => undefined;
    const subscription = await fixture.messaging.events.subscribe(
      {},
      async ({ id }) => {
        log.push(`begin ${id}`);
        await new Promise<void>((resolve) => (finish = resolve));
        log.push(`end ${id}`);
      },
      unexpected,
    );
    for (const id of ['1', '2', '3']) await publish(id);
    await until(() => log.length === 1);
    finish();
    await until(() => log.length === 3);
    const stopped = subscription.stop();
    finish();
    await stopped;
    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('tells of a handler that throws, once, and tells it nothing more', async () => {
    const seen: string[] = [];
    const failures: unknown[] = [];
    const oops = new Error('oops');
    await fixture.messaging.events.subscribe(
      {},
      ({ id }) => {
        seen.push(id);
        if (id === '2') throw oops;
      },
      (thrown) => failures.push(thrown),
    );
    const other = await listen({});
    for (const id of ['1', '2', '3']) await publish(id);
    await until(() => other.told.length >= 3 && failures.length > 0);
    expect(seen).toEqual(['1', '2']);
    expect(failures).toEqual([oops]);
  });

  it('lets nothing into a subject that is no name', async () => {
    const runs = ['', '*', '>', 'a>', 'a*', 'a b', '../a', 'a/b', '.a', '-a', 'a\n', 'ä', 'a='];
    for (const run of runs) {
      await expect(publish('id', { run })).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: 'run' });
      await expect(listen({ run })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    for (const kind of ['', 'a..b', '.a', 'a.*', '>', 'a b', 'a.'.repeat(16) + 'a']) {
      await expect(publish('id', { kind })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        subject: 'kind',
      });
      await expect(listen({ kind })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    for (const id of ['', 'a b', 'a\r\nb', 'x'.repeat(201)]) {
      await expect(publish(id)).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: 'message id' });
    }
    const { told } = await listen({ from: 1 });
    await publish('good');
    await until(() => told.length > 0);
    expect(ids(told)).toEqual(['good']);
  });

  it('takes messages up to a size', async () => {
    await publish('fits', { data: 'x'.repeat(999_998) });
    await expect(publish('large', { data: 'x'.repeat(999_999) })).rejects.toMatchObject({
      code: 'DATA_INVALID',
      found: '1000001 bytes',
    });
    const { told } = await listen({ from: 1 });
    await until(() => told.length > 0);
    expect((told[0]!.data as string).length).toBe(999_998);
  });

  it('publishes nothing once it is closed', async () => {
    await fixture.messaging.close();
    await expect(publish('late')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
}
