import { TaskweaveError } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from './plan.js';
import { SearchRun } from './search-run.js';
import { SearchSession } from './search-session.js';
import { gradientAt, planJson } from './testing.js';

const NAMES = ['a', 'b', 'c', 'd'];
/** What a trainer does if it can. */
const action = fc.record({
  name: fc.constantFrom(...NAMES),
  what: fc.constantFrom('leave', 'report', 'report', 'report'),
});

describe('a step of several trainers', () => {
  it('is made when every member left has handed in, and not before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 60 }), async (actions) => {
        const group = { session: 'one', members: NAMES, deadlineMs: 0 };
        const run = new SearchRun('run', new SearchSession(parsePlan(planJson())), group);
        const members = new Map(NAMES.map((name) => [name, run.join(name, 0)]));
        const answers: Promise<{ step: number; lost: string[] } | string>[] = [];
        const expected: ({ step: number; lost: string[] } | string)[] = [];
        let lost: string[] = [];
        /** Which answer each of those that have handed in waits for. */
        const waiting = new Map<string, number>();
        let steps = 0;
        for (const { name, what } of actions) {
          const member = members.get(name);
          if (member === undefined) continue;
          if (what === 'leave') {
            members.delete(name);
            lost.push(name);
            const answer = waiting.get(name);
            if (answer !== undefined) expected[answer] = 'MEMBER_LOST';
            waiting.delete(name);
            member.leave();
          } else if (!waiting.has(name)) {
            waiting.set(name, answers.length);
            answers.push(
              member.report(gradientAt(steps, run.session.edges, name)).then(
                (update) => ({ step: update.step, lost: update.lost }),
                (error: unknown) => TaskweaveError.from(error).code,
              ),
            );
          }
          if (waiting.size > 0 && waiting.size === members.size) {
            for (const answer of waiting.values()) expected[answer] = { step: steps, lost };
            lost = [];
            waiting.clear();
            steps++;
          }
          expect(run.session.step).toBe(steps);
        }
        for (const answer of waiting.values()) expected[answer] = 'STOPPED';
        run.close();
        expect(await Promise.all(answers)).toEqual(expected);
      }),
    );
  });
});
