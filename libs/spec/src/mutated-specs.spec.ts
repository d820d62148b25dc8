import { TaskweaveError } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.js';
import { testPlugins } from './test-plugins.js';
import { mutate, mutations, type Container } from './testing.js';

describe('a randomly damaged spec', () => {
  const whole = JSON.stringify(parseSpec({}, testPlugins));
  // Every issue line begins with the path of a field: its first key, or the whole spec.
  const namesField = /^ {2}([\w-]+|\["(\\.|[^"\\])*"\]|\(the whole spec\))[^\n]*: (found|unknown key)/;

  it('either parses, and then to itself again, or is refused by field', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutations, { minLength: 1, maxLength: 4 }), (changes) => {
        const tree = JSON.parse(whole) as Container;
        changes.forEach((change) => mutate(tree, change));
        let spec;
        try {
          spec = parseSpec(tree, testPlugins);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(TaskweaveError);
          const { code, message } = error as TaskweaveError;
          expect(code).toBe('CONFIG_INVALID');
          const [headline, ...issues] = message.split('\n');
          expect(headline).toMatch(/^(One field|\d+ fields) of the search spec (is|are) not valid:$/);
          expect(issues.length).toBeGreaterThan(0);
          issues.forEach((line) => expect(line).toMatch(namesField));
          return;
        }
        accepted++;
        expect(parseSpec(spec, testPlugins)).toEqual(spec);
        expect(parseSpec(JSON.parse(JSON.stringify(spec)), testPlugins)).toEqual(spec);
      }),
      { seed: 20_200_614, numRuns: 2000 },
    );
    // Both outcomes must really have been met, or the property says little.
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
