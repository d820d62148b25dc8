import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { prefetch } from './prefetch.js';

async function idle(): Promise<void> {
  for (let i = 0; i < 20; i++) await nextTurn();
}

describe('prefetch', () => {
  it('gives the same items in the same order', async () => {
    async function* source() {
      for (let i = 0; i < 10; i++) yield i;
    }
    const items: number[] = [];
    for await (const item of prefetch(source(), 3)) items.push(item);
    expect(items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('runs ahead by so many items and no more, and stops with its consumer', async () => {
    let made = 0;
    let closed = false;
    async function* source() {
      try {
        for (;;) yield made++;
      } finally {
        closed = true;
      }
    }
    const items = prefetch(source(), 2);
    expect((await items.next()).value).toBe(0);
    await idle();
    expect(made).toBe(3);
    expect((await items.next()).value).toBe(1);
    await idle();
    expect(made).toBe(4);
    await items.return();
    expect(closed).toBe(true);
  });

  it('throws what the source threw, after the items before it', async () => {
    async function* source() {
      yield 1;
      throw new Error('no more');
    }
    const items = prefetch(source(), 5);
    expect((await items.next()).value).toBe(1);
    await idle();
    await expect(items.next()).rejects.toThrow('no more');
  });
});
