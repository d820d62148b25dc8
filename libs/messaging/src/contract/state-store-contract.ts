import type { Json } from '@taskweave/common';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyOnce } from '../apply-once.js';
import { Leases, type Lease } from '../leases.js';
import { putFenced } from '../put-fenced.js';
import { ABSENT, type StateChange, type StateStore } from '../state-store.js';
import { unexpected, until, type Fixture, type OpenFixture } from './fixture.js';

/** What every state store does, and what is built on it. */
export function stateStoreContract(open: OpenFixture): void {
  let fixture: Fixture;
  let store: StateStore;
  beforeEach(async () => {
    fixture = await open();
    store = fixture.messaging.state;
  });
  afterEach(() => fixture.remove());

  const reopen = async (): Promise<void> => {
    await fixture.reopen();
    store = fixture.messaging.state;
  };

  it('keeps values by key, with revisions that grow', async () => {
    expect(await store.get('a.b')).toBeUndefined();
    const value: Json = { list: [1, 2.5, null, 'ü'], deep: { yes: true } };
    const first = await store.put('a.b', value);
    const second = await store.put('a.c', null);
    expect(second).toBeGreaterThan(first);
    await reopen();
    expect(await store.get('a.b')).toEqual({ key: 'a.b', value, revision: first });
    expect(await store.get('a.c')).toEqual({ key: 'a.c', value: null, revision: second });
    expect(await store.put('a.b', 1)).toBeGreaterThan(second);
  });

  it('sets a value only over the revision that was seen', async () => {
    const first = await store.compareAndSet('key', 1, ABSENT);
    expect(await store.compareAndSet('key', 2, ABSENT)).toBeUndefined();
    const second = await store.compareAndSet('key', 2, first!);
    expect(second).toBeGreaterThan(first!);
    expect(await store.compareAndSet('key', 3, first!)).toBeUndefined();
    expect(await store.get('key')).toEqual({ key: 'key', value: 2, revision: second });
  });

  it('lets one of many win', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.compareAndSet('key', i, ABSENT)),
    );
    const winners = results.flatMap((revision, i) => (revision === undefined ? [] : [{ i, revision }]));
    expect(winners).toHaveLength(1);
    expect(await store.get('key')).toMatchObject({ value: winners[0]!.i, revision: winners[0]!.revision });
  });

  it('deletes, and can set what was deleted', async () => {
    const first = await store.put('key', 1);
    expect(await store.delete('key', first + 1000)).toBe(false);
    expect(await store.delete('key', ABSENT)).toBe(false);
    expect(await store.delete('key', first)).toBe(true);
    expect(await store.delete('key', first)).toBe(false);
    expect(await store.delete('key')).toBe(true);
    await reopen();
    expect(await store.get('key')).toBeUndefined();
    expect(await store.compareAndSet('key', 2, first)).toBeUndefined();
    expect(await store.compareAndSet('key', 2, ABSENT)).toBeGreaterThan(first);
    expect(await store.delete('key')).toBe(true);
    expect(await store.keys()).toEqual([]);
  });

  it('lists keys below a prefix', async () => {
    for (const key of ['b', 'runs.a', 'runs.a.phase', 'runs.a.step', 'runs.ab.step']) await store.put(key, 1);
    await store.delete('runs.a.step');
    expect(await store.keys()).toEqual(['b', 'runs.a', 'runs.a.phase', 'runs.ab.step']);
    expect(await store.keys('runs.a')).toEqual(['runs.a.phase']);
    expect(await store.keys('none')).toEqual([]);
  });

  it('tells watchers what is there and what changes', async () => {
    await store.put('runs.a', 1);
    await store.put('runs.b', 2);
    await store.put('other', 3);
    const watch = async (scope: { key: string } | { below: string }): Promise<StateChange[]> => {
      const told: StateChange[] = [];
      await store.watch(scope, (change) => void told.push(change), unexpected);
      return told;
    };
    const [one, below, all] = [
      await watch({ key: 'runs.a' }),
      await watch({ below: 'runs' }),
      await watch({ below: '' }),
    ];
    await until(() => one.length >= 1 && below.length >= 2 && all.length >= 3);
    const changed = await store.put('runs.a', 4);
    await until(() => one.length >= 2);
    await store.delete('runs.a');
    await store.put('other', 5);
    await until(() => one.length >= 3 && below.length >= 4 && all.length >= 6);
    expect(one.map(({ value }) => value)).toEqual([1, 4, undefined]);
    expect(one[1]).toEqual({ key: 'runs.a', value: 4, revision: changed });
    expect('value' in one[2]!).toBe(false);
    expect(below.map(({ key, value }) => [key, value])).toEqual([
      ['runs.a', 1],
      ['runs.b', 2],
      ['runs.a', 4],
      ['runs.a', undefined],
    ]);
    expect(all.map(({ value }) => value)).toEqual([1, 2, 3, 4, undefined, 5]);
  });

  it('refuses keys that are no names, and values that are too large', async () => {
    for (const key of ['', '.a', 'a.', 'a..b', 'a.*', '>', 'a b', '../a', '$KV', 'a.'.repeat(16) + 'a']) {
      await expect(store.get(key)).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: 'key' });
      await expect(store.put(key, 1)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      await expect(store.delete(key)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
    await expect(store.keys('*')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(store.put('large', 'x'.repeat(1_000_000))).rejects.toMatchObject({ code: 'DATA_INVALID' });
    await store.put('fits', 'x'.repeat(999_998));
    expect(await store.keys()).toEqual(['fits']);
  });

  it('records the result of a message once', async () => {
    let effects = 0;
    const apply = () => applyOnce(store, 'results.m1', () => Promise.resolve(++effects));
    expect(await apply()).toEqual({ result: 1, applied: true });
    await reopen();
    expect(await apply()).toEqual({ result: 1, applied: false });
    expect(effects).toBe(1);
  });

  it('has one result count when several work on a message at a time', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => applyOnce(store, 'results.m2', () => Promise.resolve(i))),
    );
    expect(new Set(results.map(({ result }) => result)).size).toBe(1);
    expect(results.filter(({ applied }) => applied)).toHaveLength(1);
  });

  it('records no result of an effect that fails', async () => {
    const fail = () => Promise.reject(new Error('oops'));
    await expect(applyOnce(store, 'results.m3', fail)).rejects.toThrow('oops');
    expect(await applyOnce(store, 'results.m3', () => Promise.resolve(2))).toEqual({
      result: 2,
      applied: true,
    });
  });

  it('gives a lease to one at a time, and at once after it was released', async () => {
    const [a, b] = [new Leases(store, 'a'), new Leases(store, 'b')];
    const held = await a.tryAcquire('trainer-0', 60_000);
    expect(held).toMatchObject({ name: 'trainer-0', valid: true });
    expect(await b.tryAcquire('trainer-0', 60_000)).toBeUndefined();
    expect(await b.tryAcquire('trainer-1', 60_000)).toBeDefined();
    expect(await held!.renew()).toBe(true);
    expect(await b.tryAcquire('trainer-0', 60_000)).toBeUndefined();
    await held!.release();
    expect(held!.valid).toBe(false);
    const next = await b.tryAcquire('trainer-0', 60_000);
    expect(next!.token).toBeGreaterThan(held!.token);
    expect(await held!.renew()).toBe(false);
    await held!.release();
    expect(next!.valid).toBe(true);
    expect(await next!.renew()).toBe(true);
  });

  it('gives a lease to another when it is not renewed', async () => {
    const [a, b] = [new Leases(store, 'a'), new Leases(store, 'b')];
    const held = (await a.tryAcquire('lead', 300))!;
    let next: Lease | undefined;
    while (next === undefined) {
      next = await b.tryAcquire('lead', 300);
      // By the holder's own clock it has to have ended before.
      if (next !== undefined) expect(held.valid).toBe(false);
    }
    expect(next.token).toBeGreaterThan(held.token);
    expect(await held.renew()).toBe(false);
  });

  it('gives nobody a lease that is renewed', async () => {
    const [a, b] = [new Leases(store, 'a'), new Leases(store, 'b')];
    const held = (await a.tryAcquire('lead', 20_000))!;
    for (let i = 0; i < 20; i++) {
      expect(await b.tryAcquire('lead', 20_000)).toBeUndefined();
      expect(await held.renew()).toBe(true);
    }
  });

  it('refuses what an earlier holder of a lease writes after a later one', async () => {
    expect(await putFenced(store, 'alpha', 'first', 3)).toBe(true);
    expect(await putFenced(store, 'alpha', 'second', 7)).toBe(true);
    expect(await putFenced(store, 'alpha', 'late', 3)).toBe(false);
    expect(await putFenced(store, 'alpha', 'third', 7)).toBe(true);
    expect((await store.get('alpha'))!.value).toEqual({ token: 7, value: 'third' });
  });
}
