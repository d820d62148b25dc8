import { afterEach, describe, expect, it, vi } from 'vitest';
import { lostMember } from './round-failure.js';
import { RoundPeers } from './round-peers.js';
import { Round } from './round.js';
import type { MemberOrder } from './testing/member-process.js';
import { ringMean } from './testing/ring-mean.js';
import { startMemberProcess, type MemberProcess } from './testing/start-member-process.js';
import { startRing, type TestRing } from './testing/start-ring.js';

afterEach(() => vi.restoreAllMocks());

/** Values of one member: few enough that every message of a round can be tried as its last. */
const vector = (member: number): Float32Array =>
  Float32Array.of(1, 2, 3, 5, 7).map((x) => x * (member + 1) * 1.1);

/**
 * Makes a member die when it is about to send its message number `last`: its server stops, its calls end, and what it
 * would still ask or tell goes nowhere. The real parts run until then.
 */
function dyingAt(ring: TestRing, victim: number, last: number): { died: boolean } {
  const fate = { died: false };
  const { draw, getRound, abortRound } = RoundPeers.prototype;
  const { serve } = Round.prototype;
  const never = new Promise<never>(() => {});
  const victims = new WeakSet<RoundPeers>();
  let end = (): void => undefined;
  vi.spyOn(RoundPeers.prototype, 'draw').mockImplementation(function (this: RoundPeers, position, ...rest) {
    const call = draw.call(this, position, ...rest);
    if (position === (victim + ring.members.length - 1) % ring.members.length && !fate.died) {
      victims.add(this);
      end = () => call.finish(false);
    }
    return call;
  });
  vi.spyOn(Round.prototype, 'serve').mockImplementation(async function* (this: Round, signal) {
    const dying = this.position === victim && !fate.died;
    let sent = 0;
    for await (const message of serve.call(this, signal)) {
      if (dying && sent++ === last) {
        fate.died = true;
        end();
        await ring.servers[victim]!.stop({ graceMs: 0 });
      }
      if (dying && fate.died) await never;
      yield message;
    }
  });
  vi.spyOn(RoundPeers.prototype, 'getRound').mockImplementation(function (this: RoundPeers, position) {
    return fate.died && victims.has(this) ? never : getRound.call(this, position);
  });
  vi.spyOn(RoundPeers.prototype, 'abortRound').mockImplementation(function (
    this: RoundPeers,
    position,
    failure,
  ) {
    return fate.died && victims.has(this) ? never : abortRound.call(this, position, failure);
  });
  return fate;
}

function average(
  { members, collectives }: TestRing,
  who: number,
  epoch: number,
  taking: readonly number[],
): Promise<Float32Array> {
  return collectives[who]!.average({
    group: 'run',
    epoch,
    round: 0,
    members: taking.map((i) => members[i]!),
    tensors: [{ name: 'x', shape: [5], data: vector(who) }],
  }).then(([mean]) => mean!.data as Float32Array);
}

describe.each([2, 3, 4])('one of %i members that dies', (size) => {
  const everybody = [...Array(size).keys()];

  it.each(everybody)('(number %i), before any of its messages: all survivors agree', async (victim) => {
    const survivors = everybody.filter((i) => i !== victim);
    const outcomes = { committed: 0, repeated: 0 };
    for (let last = 0; ; last++) {
      const ring = await startRing(size, { chunkElements: 2, silenceMs: 5_000, probeMs: 1_000 });
      const fate = dyingAt(ring, victim, last);
      average(ring, victim, 0, everybody).catch(() => undefined);
      const results = await Promise.allSettled(survivors.map((who) => average(ring, who, 0, everybody)));
      const means = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      if (means.length > 0) {
        expect(means).toEqual(survivors.map(() => ringMean(everybody.map(vector))));
        outcomes.committed++;
      } else {
        for (const result of results) {
          expect(lostMember((result as PromiseRejectedResult).reason)).toBe(`member-${victim}`);
        }
        const again = await Promise.all(survivors.map((who) => average(ring, who, 1, survivors)));
        expect(again).toEqual(survivors.map(() => ringMean(survivors.map(vector))));
        outcomes.repeated++;
      }
      vi.restoreAllMocks();
      if (fate.died) await Promise.all(survivors.map((who) => ring.collectives[who]!.close()));
      else await ring.stop();
      await Promise.all(ring.servers.map((server) => server.stop({ graceMs: 0 })));
      if (!fate.died) break;
    }
    // Nobody can have succeeded without its chunks; after the last message all have.
    expect(outcomes.repeated).toBeGreaterThan(2);
    expect(outcomes.committed).toBeGreaterThan(0);
  });
});

describe('a member process', () => {
  const processes: MemberProcess[] = [];
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((member) => member.stop()));
  });

  async function start(size: number, silenceMs: number): Promise<MemberProcess[]> {
    const names = Array.from({ length: size }, (_, i) => `member-${i}`);
    processes.push(...(await Promise.all(names.map((name) => startMemberProcess(name, { silenceMs })))));
    return [...processes];
  }

  const order = (members: readonly MemberProcess[], changes: Partial<MemberOrder>): MemberOrder => ({
    members: members.map(({ name, address }) => ({ name, address })),
    epoch: 0,
    round: 0,
    elements: 1_000_000,
    value: 1,
    times: 1,
    ...changes,
  });

  it('that is killed within a round is named by all survivors, who repeat it without', async () => {
    const members = await start(3, 10_000);
    const [first, victim, third] = members as [MemberProcess, MemberProcess, MemberProcess];
    // As many rounds as there will be until the kill.
    const results = Promise.allSettled(
      [first, third].map((member, i) => member.average(order(members, { value: i, times: 1000 }))),
    );
    victim.average(order(members, { value: 9, times: 1000 })).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    victim.child.kill('SIGKILL');
    for (const result of await results) {
      expect(lostMember((result as PromiseRejectedResult).reason)).toBe('member-1');
    }
    const rest = [first, third];
    const repeated = rest.map((member, i) =>
      member.average(order(rest, { value: 2 * i + 1, epoch: 1, round: 1_000 })),
    );
    for (const { mean } of await Promise.all(repeated)) expect(mean).toBe(2);
  });

  it('that stands still within a round is dropped after the deadline, and told when it goes on', async () => {
    const members = await start(3, 3_000);
    const [first, victim, third] = members as [MemberProcess, MemberProcess, MemberProcess];
    const told = victim.average(order(members, { times: 1000 })).catch((error: unknown) => error);
    const results = Promise.allSettled(
      [first, third].map((member) => member.average(order(members, { times: 1000 }))),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    victim.child.kill('SIGSTOP');
    for (const result of await results) {
      const { reason } = result as PromiseRejectedResult;
      expect(lostMember(reason)).toBe('member-1');
      expect(String(reason)).toContain('it does not answer');
    }
    victim.child.kill('SIGCONT');
    expect(lostMember(await told)).toBe('member-1');
    const rest = [first, third];
    const repeated = rest.map((member) => member.average(order(rest, { epoch: 1, round: 1_000 })));
    for (const { mean } of await Promise.all(repeated)) expect(mean).toBe(1);
  });

  it('that enters a round too late is dropped, and told', async () => {
    const members = await start(3, 2_000);
    const [first, straggler, third] = members as [MemberProcess, MemberProcess, MemberProcess];
    const results = await Promise.allSettled(
      [first, third].map((member) => member.average(order(members, {}))),
    );
    for (const result of results) {
      const { reason } = result as PromiseRejectedResult;
      expect(lostMember(reason)).toBe('member-1');
      expect(String(reason)).toContain('it did not enter the round within 2000 ms');
    }
    const told = await straggler.average(order(members, {})).catch((error: unknown) => error);
    expect(lostMember(told)).toBe('member-1');
  });
});
