import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, type Chunk } from './arena.js';

const PAGE = 4096;
const MIB = 2 ** 20;
const sizes = fc.integer({ min: 1, max: 5 * MIB });
/** Sizes to allocate, and which of the chunks then held to give back after each. */
const histories = fc.array(fc.record({ size: sizes, give: fc.option(fc.nat()) }), { maxLength: 60 });

function play(history: readonly { size: number; give: number | null }[]): {
  arena: Arena;
  held: Map<Chunk, number>;
  peak: number;
} {
  const arena = new Arena();
  const held = new Map<Chunk, number>();
  let peak = 0;
  for (const { size, give } of history) {
    held.set(arena.allocate(size), size);
    peak = Math.max(
      peak,
      [...held.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
    if (give === null) continue;
    const chunk = [...held.keys()][give % held.size]!;
    arena.release(chunk);
    held.delete(chunk);
  }
  return { arena, held, peak };
}

describe('Arena', () => {
  it('never has less memory than was in use at once, nor more than it took', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { arena, peak } = play(history);
        expect(arena.touchedBytes).toBeGreaterThanOrEqual(peak);
        expect(arena.reservedBytes).toBeGreaterThanOrEqual(arena.touchedBytes);
      }),
    );
  });

  it('hands no byte out twice', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const inUse = [...play(history).held.keys()].sort(
          (a, b) => a.region - b.region || a.offset - b.offset,
        );
        inUse.slice(1).forEach((chunk, i) => {
          const before = inUse[i]!;
          if (before.region === chunk.region)
            expect(before.offset + before.size).toBeLessThanOrEqual(chunk.offset);
        });
      }),
    );
  });

  it('needs nothing more to do the same again, once all is given back', () => {
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 20 }), (wanted) => {
        const arena = new Arena();
        const once = (): void => wanted.map((size) => arena.allocate(size)).forEach((c) => arena.release(c));
        // The regions that the first time took piecemeal are whole from the second time on.
        for (let i = 0; i < 4; i++) once();
        const { touchedBytes, reservedBytes } = arena;
        once();
        expect([arena.touchedBytes, arena.reservedBytes]).toEqual([touchedBytes, reservedBytes]);
      }),
    );
  });

  it('takes regions that double, and only touches what is used of them', () => {
    const arena = new Arena();
    arena.allocate(10 * PAGE);
    expect([arena.touchedBytes, arena.reservedBytes]).toEqual([10 * PAGE, MIB]);
    arena.allocate(MIB);
    expect(arena.reservedBytes).toBe(3 * MIB);
    arena.allocate(6 * MIB);
    expect(arena.reservedBytes).toBe(11 * MIB);
  });

  it('joins neighbours that are free', () => {
    const arena = new Arena();
    const parts = Array.from({ length: 4 }, () => arena.allocate(64 * PAGE));
    for (const index of [0, 2, 1, 3]) arena.release(parts[index]!);
    expect(arena.allocate(256 * PAGE).offset).toBe(0);
    expect(arena.reservedBytes).toBe(MIB);
  });

  it('prefers the tightest gap, and gives it whole when little is left over', () => {
    const arena = new Arena();
    const [loose, , tight] = [40, 1, 20, 1].map((pages) => arena.allocate(pages * PAGE));
    arena.release(loose!);
    arena.release(tight!);
    const chunk = arena.allocate(11 * PAGE);
    expect(chunk).toMatchObject({ offset: tight!.offset, size: 20 * PAGE });
    expect(arena.allocate(11 * PAGE)).toMatchObject({ offset: loose!.offset, size: 11 * PAGE });
  });
});
