import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from './plan.js';
import { SearchRun, type Member } from './search-run.js';
import { SearchSession } from './search-session.js';
import { gradientAt, planJson } from './testing.js';

const NAMES = ['a', 'b', 'c', 'd'];
/** What a trainer does if it takes part; it joins if it does not. */
const action = fc.record({
  name: fc.constantFrom(...NAMES),
  what: fc.constantFrom('leave', 'report'),
});

describe('a step of several trainers', () => {
  it('is made when every member has handed in, and not before, whoever joins and leaves', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 60 }), (actions) => {
        const run = new SearchRun('run', new SearchSession(parsePlan(planJson())));
        const members = new Map<string, Member>();
        const handedIn = new Set<string>();
        let steps = 0;
        for (const { name, what } of actions) {
          const before = members.get(name);
          if (before === undefined) {
            members.set(name, run.join(name, steps));
          } else if (what === 'leave') {
            before.leave();
            members.delete(name);
            handedIn.delete(name);
            settle();
          } else if (!handedIn.has(name)) {
            // Those who leave before the step is made are sent away.
            before.report(gradientAt(steps, run.session.edges, name)).catch(() => undefined);
            handedIn.add(name);
            settle();
          }
          expect(run.session.step).toBe(steps);
        }
        function settle(): void {
          if (handedIn.size === 0 || handedIn.size < members.size) return;
          handedIn.clear();
          steps++;
        }
      }),
    );
  });
});
