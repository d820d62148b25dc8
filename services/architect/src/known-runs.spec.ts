import { describe, expect, it } from 'vitest';
import { KnownRuns } from './known-runs.js';
import { parsePlan } from './plan.js';
import { SearchRun } from './search-run.js';
import { SearchSession } from './search-session.js';
import { planJson } from './testing.js';

function newRun(id: string): SearchRun {
  const group = { session: id, members: ['a'], deadlineMs: 0 };
  return new SearchRun(id, new SearchSession(parsePlan(planJson())), group);
}

describe('KnownRuns', () => {
  it('forgets the oldest runs that nobody takes part in, and no others', () => {
    const runs = new KnownRuns();
    const busy = newRun('busy');
    runs.add(busy);
    for (let i = 0; i < 20; i++) {
      const run = newRun(`run-${i}`);
      runs.add(run);
      run.join('a', 0).leave();
    }
    expect(runs.get('busy')).toBe(busy);
    expect(runs.find('run-3')).toBeUndefined();
    expect(runs.find('run-4')).toBeDefined();
    expect(() => runs.get('run-3')).toThrowError(expect.objectContaining({ code: 'RUN_NOT_FOUND' }));
  });
});
