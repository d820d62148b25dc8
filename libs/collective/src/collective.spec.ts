import { randomStream } from '@taskweave/common';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Float32Tensor } from './tensor-layout.js';
import { ringMean } from './testing/ring-mean.js';
import { startRing, type TestRing } from './testing/start-ring.js';

let ring: TestRing | undefined;
afterEach(async () => {
  await ring?.stop();
  ring = undefined;
});

/** Tensors of noise; member m's are others than those of member n. */
function noise(member: number, sizes: readonly number[]): Float32Tensor[] {
  return sizes.map((size, i) => {
    const { normal } = randomStream(member, `tensor-${i}`);
    return { name: `t${i}`, shape: [size], data: Float32Array.from({ length: size }, (_, k) => normal(k)) };
  });
}

function joined(tensors: readonly { data: ArrayLike<number> }[]): Float32Array {
  const all = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of tensors) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}

function averageAll(
  { members, collectives }: TestRing,
  inputs: readonly (readonly Float32Tensor[])[],
  round = 0,
) {
  return Promise.all(
    collectives.map((collective, i) =>
      collective.average({ group: 'run', epoch: 0, round, members, tensors: inputs[i]! }),
    ),
  );
}

describe('an average', () => {
  it.each([1, 2, 3, 4, 5])('of %i members is the mean in ring order, bit for bit, on each', async (size) => {
    // Chunks of 7 elements: many, and the last of a segment is often shorter.
    const test = (ring = await startRing(size, { chunkElements: 7 }));
    let round = 0;
    const sizes = fc.array(fc.nat(60), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sizes, async (extents) => {
        const inputs = Array.from({ length: size }, (_, member) => noise(member, extents));
        const results = await averageAll(test, inputs, round++);
        const expected = ringMean(inputs.map(joined));
        for (const result of results) {
          expect(joined(result)).toEqual(expected);
          expect(result.map(({ name, shape }) => [name, shape])).toEqual(
            extents.map((extent, i) => [`t${i}`, [extent]]),
          );
        }
        expect(inputs).toEqual(inputs.map((_, member) => noise(member, extents)));
      }),
      { numRuns: 30 },
    );
  });

  it('of large tensors takes several chunks of the usual size', async () => {
    ring = await startRing(3);
    const sizes = [700_000, 1, 300_000];
    const inputs = [0, 1, 2].map((member) =>
      sizes.map((size, i) => ({
        name: `t${i}`,
        shape: [size],
        data: new Float32Array(size).map((_, k) => Math.sin(k * (member + 1) + i)),
      })),
    );
    const expected = Buffer.from(ringMean(inputs.map(joined)).buffer);
    for (const result of await averageAll(ring, inputs)) {
      expect(Buffer.from(joined(result).buffer).equals(expected)).toBe(true);
    }
  });

  it('waits for a member that enters later', async () => {
    const { members, collectives } = (ring = await startRing(3));
    const inputs = [0, 1, 2].map((member) => noise(member, [10, 5]));
    const enter = (i: number) =>
      collectives[i]!.average({ group: 'run', epoch: 0, round: 0, members, tensors: inputs[i]! });
    const first = [enter(2), enter(0)];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const results = await Promise.all([...first, enter(1)]);
    for (const result of results) expect(joined(result)).toEqual(ringMean(inputs.map(joined)));
  });

  it('goes on in several groups at once', async () => {
    const { members, collectives } = (ring = await startRing(2));
    const inputs = [0, 1].map((member) => noise(member, [50]));
    const groups = ['a', 'b', 'c'];
    const results = await Promise.all(
      groups.flatMap((group) =>
        collectives.map((collective, i) =>
          collective.average({ group, epoch: 0, round: 0, members, tensors: inputs[i]! }),
        ),
      ),
    );
    for (const result of results) expect(joined(result)).toEqual(ringMean(inputs.map(joined)));
  });
});

describe('members that do not agree', () => {
  const data = Float32Array.of(1, 2, 3);
  const tensor = { name: 'w', shape: [3], data };

  it.each<[string, Partial<Float32Tensor>, object]>([
    ['sizes', { shape: [2], data: data.subarray(1) }, { found: /w float32 \[2\]/ }],
    ['shapes', { shape: [3, 1] }, { found: /\[3, 1\]/ }],
    ['names', { name: 'v' }, { found: /v float32/ }],
  ])('about %s all give up, and say where they differ', async (_what, change) => {
    const { members, collectives } = (ring = await startRing(3));
    const results = await Promise.allSettled(
      collectives.map((collective, i) =>
        collective.average({
          group: 'run',
          epoch: 0,
          round: 0,
          members,
          tensors: [i === 1 ? { ...tensor, ...change } : tensor],
        }),
      ),
    );
    for (const result of results) {
      const { reason } = result as PromiseRejectedResult;
      expect(reason).toMatchObject({ code: 'MESSAGE_INVALID' });
      expect(String(reason)).toMatch(/disagree about the tensors.*found .*expected/);
    }
  });

  it('about the history all give up', async () => {
    const { members, collectives } = (ring = await startRing(2));
    const results = await Promise.allSettled(
      collectives.map((collective, i) =>
        collective.average({ group: 'run', epoch: 0, round: 4, base: i, members, tensors: [tensor] }),
      ),
    );
    for (const result of results) {
      expect(String((result as PromiseRejectedResult).reason)).toMatch(/the base of a round.*found [01]/);
    }
  });
});

describe('values that are no finite numbers', () => {
  it('are refused before anything is sent, by name', async () => {
    const { members, collectives } = (ring = await startRing(2));
    const tensors = [
      { name: 'a', shape: [2], data: Float32Array.of(1, 2) },
      { name: 'empty', shape: [0], data: new Float32Array(0) },
      { name: 'b', shape: [2], data: Float32Array.of(1, NaN) },
    ];
    await expect(
      collectives[0]!.average({ group: 'run', epoch: 0, round: 0, members, tensors }),
    ).rejects.toMatchObject({ code: 'NOT_FINITE', subject: 'b', found: 'NaN' });
  });

  it('are not made: a sum that overflows gives the round up on all members', async () => {
    const test = (ring = await startRing(3));
    const inputs = [0, 1, 2].map(() => [{ name: 'big', shape: [1], data: Float32Array.of(3e38) }]);
    const results = await Promise.allSettled(averageEach(test, inputs));
    for (const result of results) {
      const { reason } = result as PromiseRejectedResult;
      expect(reason).toMatchObject({ code: 'NOT_FINITE' });
      expect(String(reason)).toMatch(/big.*Infinity/);
    }
  });
});

function averageEach({ members, collectives }: TestRing, inputs: readonly (readonly Float32Tensor[])[]) {
  return collectives.map((collective, i) =>
    collective.average({ group: 'run', epoch: 0, round: 0, members, tensors: inputs[i]! }),
  );
}

describe('a request that cannot be', () => {
  it.each([
    ['without this member', 'member-9', 'member-1'],
    ['with a member twice', 'member-0', 'member-0'],
  ])('%s is refused', async (_what, one, other) => {
    const { collectives } = (ring = await startRing(1));
    const members = [one, other].map((name) => ({ name, address: '127.0.0.1:1' }));
    await expect(
      collectives[0]!.average({ group: 'run', epoch: 0, round: 0, members, tensors: [] }),
    ).rejects.toMatchObject({ code: 'INTERNAL', subject: 'member-0' });
  });

  it('repeats a round that is over', async () => {
    const test = (ring = await startRing(2));
    const inputs = [0, 1].map((member) => noise(member, [4]));
    await averageAll(test, inputs, 1);
    for (const round of [0, 1]) {
      await expect(averageAll(test, inputs, round)).rejects.toMatchObject({
        code: 'INTERNAL',
        expected: 'after run, round 1 of epoch 0',
      });
    }
  });
});
