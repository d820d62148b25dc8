import { RoundState } from '@taskweave/contracts';
import { describe, expect, it } from 'vitest';
import { findCulprit, type Suspicion } from './culprit.js';

type Answer = Awaited<ReturnType<Suspicion['ask']>>;

const members = ['a', 'b', 'c', 'd'];
const state = (value: RoundState): Answer => ({ state: value, failure: undefined });
const WORKING = state(RoundState.WORKING);
const failure = { code: 'MEMBER_LOST', member: 'x', reason: 'known already' };

/** What member d finds when it hears nothing from c, or its call breaks. */
function find(answers: Readonly<Record<string, Answer>>, contact: Suspicion['contact'] = { silentMs: 50 }) {
  const ask = (position: number) => Promise.resolve(answers[members[position]!]);
  return findCulprit({ members, self: 3, suspect: 2, contact, ask });
}

describe('the member at fault', () => {
  it.each<[string, Readonly<Record<string, Answer>>, string, RegExp]>([
    ['is the neighbour that does not answer', { a: WORKING, b: WORKING }, 'c', /does not answer/],
    ['is whoever the waiting ones wait for', { a: WORKING, c: WORKING }, 'b', /does not answer/],
    ['is at the end of a row of waiting ones', { b: WORKING, c: state(RoundState.COMPLETE) }, 'a', /answer/],
    ['has not entered', { b: state(RoundState.UNKNOWN), c: WORKING }, 'b', /within 50 ms/],
    ['is known to another already', { b: { state: RoundState.ABORTED, failure }, c: WORKING }, 'x', /known/],
    ['is the neighbour when all wait', { a: WORKING, b: WORKING, c: WORKING }, 'c', /sent nothing for 50 ms/],
  ])('%s', async (_what, answers, member, reason) => {
    const found = await find(answers);
    expect(found).toMatchObject({ code: 'MEMBER_LOST', member });
    expect(found.reason).toMatch(reason);
  });

  it('is the neighbour whose call broke, though it answers again', async () => {
    expect(await find({ c: state(RoundState.UNKNOWN) }, 'broken')).toMatchObject({ member: 'c' });
    expect(await find({ c: { state: RoundState.ABORTED, failure } }, 'broken')).toEqual(failure);
  });
});
