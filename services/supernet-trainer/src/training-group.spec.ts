import { describe, expect, it } from 'vitest';
import { TrainingGroup } from './training-group.js';

function group(self: string, count: number): TrainingGroup {
  const members = Array.from({ length: count }, (_, i) => ({ name: `t${i}`, address: `127.0.0.1:${i + 1}` }));
  return new TrainingGroup({ group: { session: 'one', self, members } });
}

describe('TrainingGroup', () => {
  it('is of one trainer when the request names none', () => {
    const alone = new TrainingGroup({ group: undefined });
    expect(alone.shard).toEqual({ index: 0, count: 1 });
    expect(alone.leads).toBe(true);
    expect(new TrainingGroup({ group: undefined }).session).not.toBe(alone.session);
  });

  it('divides batches anew and finds another to lead when one is lost', () => {
    const one = group('t2', 4);
    expect(one.shard).toEqual({ index: 2, count: 4 });
    one.goOnWithout(['t0']);
    one.lose('t3');
    expect(one.shard).toEqual({ index: 1, count: 2 });
    expect(one.leads).toBe(false);
    one.goOnWithout(['t1']);
    expect(one.leads).toBe(true);
    expect({ lost: one.lost, epoch: one.epoch }).toEqual({ lost: ['t0', 't1', 't3'], epoch: 3 });
    // The architect gave up the others itself.
    expect(one.takeUntold()).toEqual(['t3']);
    expect(one.takeUntold()).toEqual([]);
  });

  it('ends for the one that the others go on without', () => {
    const lost = expect.objectContaining({ code: 'MEMBER_LOST', subject: 't1' }) as Error;
    expect(() => group('t1', 3).goOnWithout(['t1'])).toThrowError(lost);
  });

  it.each([2, 3, 4, 5])('goes on on one side only when %i trainers fall apart into two', (count) => {
    const names = group('t0', count).names;
    // Every way to fall apart, as bits: who is on the side of the first one.
    for (let sides = 1; sides < 2 ** count - 1; sides += 2) {
      const goesOn = [0, 1].map((side) => {
        const here = names.filter((_, i) => ((sides >> i) & 1) === side);
        const there = names.filter((name) => !here.includes(name));
        return here.every((self) => {
          const one = group(self, count);
          try {
            for (const name of there) one.lose(name);
            return true;
          } catch {
            return false;
          }
        });
      });
      expect(goesOn.filter(Boolean).length, `sides ${sides}`).toBeLessThanOrEqual(1);
    }
  });
});
