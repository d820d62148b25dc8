import { describe, expect, it } from 'vitest';
import { finishedRun, type FinishedRunFacts } from '../testing/finished-runs.js';
import { groupRuns } from './group-runs.js';

const facts = (seed: number, ...set: string[]): FinishedRunFacts => ({
  run: `${set.join(' ')} ${seed}`,
  seed,
  accuracy: [0.5, 0.5],
  set,
});
const group = (by: string, ...runs: FinishedRunFacts[]) => {
  const { groups, warnings } = groupRuns(runs.map(finishedRun), by);
  const members = groups.map(({ label, systems }) => [label, systems.map(({ run }) => run.result.seed)]);
  return { members, warnings };
};
const ENTROPY = 'strategy.options.entropy.weight';

describe('groupRuns', () => {
  it('puts runs together that differ in the seed alone, and says what sets groups apart', () => {
    const runs = [facts(1, `${ENTROPY}=5`), facts(1, `${ENTROPY}=10`), facts(2, `${ENTROPY}=5`)];
    expect(group('spec', ...runs)).toEqual({
      members: [
        ['weight=5', [1, 2]],
        ['weight=10', [1]],
      ],
      warnings: [],
    });
  });

  it('names whole paths where the last parts are not enough', () => {
    const runs = [facts(1, 'tasks[0].lossWeight=2'), facts(1, 'tasks[1].lossWeight=3')];
    expect(group('spec', ...runs).members.map(([label]) => label)).toEqual([
      'tasks[0].lossWeight=2, tasks[1].lossWeight=1',
      'tasks[0].lossWeight=1, tasks[1].lossWeight=3',
    ]);
  });

  it('goes by names where they tell groups apart', () => {
    const runs = [facts(1, 'name=soft', 'steps=5'), facts(1, 'name=hard'), facts(2, 'name=hard')];
    expect(group('spec', ...runs).members).toEqual([
      ['soft', [1]],
      ['hard', [1, 2]],
    ]);
  });

  it('counts a run that is there twice once, and says so', () => {
    const { members, warnings } = group('spec', facts(1), { ...facts(1), run: 'again' }, facts(2));
    expect(members).toEqual([['smoke', [1, 2]]]);
    expect(warnings).toEqual([expect.stringContaining('again has spec and seed of')]);
  });

  it('groups by a field over all else, and says over what', () => {
    const runs = [facts(1, `${ENTROPY}=5`, 'steps=4'), facts(1, `${ENTROPY}=5`), facts(1, `${ENTROPY}=10`)];
    expect(group(ENTROPY, ...runs)).toEqual({
      members: [
        [`${ENTROPY}=5`, [1, 1]],
        [`${ENTROPY}=10`, [1]],
      ],
      warnings: [`the runs of "${ENTROPY}=5" are averaged although they differ in steps`],
    });
    expect(group('strategy.options.entropy', ...runs).members.map(([label]) => label)[1]).toMatch(
      /^strategy\.options\.entropy=.*\.weight=10/,
    );
  });

  it('refuses a field that no run has, with the nearest', () => {
    expect(() => group('strategy.options.entropy.wieght', facts(1))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: '--by',
        message: expect.stringContaining(`did you mean '${ENTROPY}'?`) as string,
      }),
    );
  });

  it('makes a group of the single-task networks beside searches', () => {
    const runs = [1, 2].map((seed) => ({ ...facts(seed), singleTask: [0.1, 0.2] as const }));
    expect(group('spec', ...runs).members).toEqual([
      ['smoke', [1, 2]],
      ['single-task', [1, 2]],
    ]);
  });
});
