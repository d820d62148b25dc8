import { describe, expect, it } from 'vitest';
import { finishedRun, type FinishedRunFacts } from '../testing/finished-runs.js';
import { compareRuns, type ComparisonOptions } from './comparison.js';

function compare(runs: readonly FinishedRunFacts[], options?: ComparisonOptions) {
  return compareRuns(runs.map(finishedRun), options);
}

const SEARCH: FinishedRunFacts[] = [
  { run: 's1', seed: 1, accuracy: [0.9, 0.6], soft: [0.92, 0.6], set: ['name=search'], kept: 1 },
  { run: 's2', seed: 2, accuracy: [0.8, 0.6], soft: [0.81, 0.6], set: ['name=search'], kept: 3 },
];
const OTHER: FinishedRunFacts[] = [
  { run: 'o1', seed: 1, accuracy: [0.85, 0.7], set: ['name=other', 'space.depthLimit=2'] },
  { run: 'o2', seed: 2, accuracy: [0.75, 0.6], set: ['name=other', 'space.depthLimit=2'] },
];

describe('compareRuns', () => {
  it('gives means, spreads, what discretising changed and paired differences', () => {
    const { baseline, metrics, groups, warnings } = compare([...SEARCH, ...OTHER]);
    expect({ baseline, warnings }).toEqual({ baseline: 'search', warnings: [] });
    expect(metrics).toEqual([
      { task: 'left', metric: 'accuracy', higherIsBetter: true },
      { task: 'right', metric: 'accuracy', higherIsBetter: true },
    ]);
    const [search, other] = groups;
    expect(search).toMatchObject({
      label: 'search',
      runs: ['s1', 's2'],
      seeds: [1, 2],
      parameters: { mean: 1020, deviation: Math.sqrt(200) },
      edgesKept: { mean: 2, deviation: Math.SQRT2 },
      edgesCandidates: 4,
      edges: [2, 1, 1, 0].map((kept, index) => ({ id: `right/${index}->left/${index}`, kept })),
    });
    const [left] = search!.scores;
    expect(left!.discrete!.mean).toBeCloseTo(0.85, 12);
    expect(left!.discrete!.deviation).toBeCloseTo(Math.sqrt(0.005), 12);
    expect(left!.discretised!.mean).toBeCloseTo(-0.015, 12);
    expect(left!).not.toHaveProperty('toBaseline');
    // By 0.05 worse in both seeds: the difference does not spread, though both groups do.
    expect(other!.scores[0]!.toBaseline!.mean).toBeCloseTo(-0.05, 12);
    expect(other!.scores[0]!.toBaseline!.deviation).toBeCloseTo(0, 12);
  });

  it('marks the best by the direction of the metric', () => {
    const best = (metric: string) =>
      compare([...SEARCH, ...OTHER], { metrics: [metric] }).groups.map(({ scores }) =>
        scores.map((score) => score.best),
      );
    expect(best('accuracy')).toEqual([
      [true, false],
      [false, true],
    ]);
    // The fixture's loss is 1 - accuracy: the same groups are best although their numbers are the lowest.
    expect(best('loss')).toEqual(best('accuracy'));
    expect(compare(SEARCH).groups[0]!.scores[0]!.best).toBe(false);
  });

  it('marks all that are equally good', () => {
    const same = OTHER.map((facts, index) => ({ ...facts, accuracy: SEARCH[index]!.accuracy }));
    expect(compare([...SEARCH, ...same]).groups.map(({ scores }) => scores[0]!.best)).toEqual([true, true]);
  });

  it('takes the single-task networks for the baseline unless told otherwise', () => {
    const runs = [...OTHER, ...SEARCH.map((facts) => ({ ...facts, singleTask: [0.5, 0.5] as const }))];
    expect(compare(runs).baseline).toBe('search, single-task');
    expect(compare(runs, { baseline: 'search' }).baseline).toBe('search');
    expect(() => compare(runs, { baseline: 'serach' })).toThrow(
      expect.objectContaining({
        subject: '--baseline',
        message: expect.stringContaining("'search'") as string,
      }),
    );
  });

  it('has no spread for one seed', () => {
    const { groups } = compare([SEARCH[0]!]);
    expect(groups[0]!.scores[0]!.discrete).toEqual({ n: 1, mean: 0.9 });
  });

  it('refuses a metric that no run has', () => {
    expect(() => compare(SEARCH, { metrics: ['acuracy'] })).toThrow(
      expect.objectContaining({
        subject: '--metric',
        message: expect.stringContaining("'accuracy'") as string,
      }),
    );
    expect(compare(SEARCH, { metrics: ['right/loss'] }).metrics).toHaveLength(1);
    expect(compare(SEARCH, { metrics: ['all'] }).metrics).toHaveLength(4);
  });

  it.each<[string, FinishedRunFacts[], RegExp]>([
    [
      'other data',
      [...SEARCH, { ...OTHER[0]!, set: ['name=other', 'data.options.testLimit=7'] }],
      /not scored on the same data: data\.options\.testLimit is 200 in s1, s2; 7 in o1/,
    ],
    [
      'another budget',
      [SEARCH[0]!, { ...OTHER[0]!, set: ['name=other', 'steps=7'] }],
      /not the same budget: steps is 20 in s1; 7 in o1/,
    ],
    [
      'another engine',
      [SEARCH[0]!, { ...OTHER[0]!, set: ['engine.threads=1'] }],
      /engine\.threads is 2 in s1; 1 in o1/,
    ],
    ['other seeds', [...SEARCH, OTHER[0]!], /not the same seeds \(search: 1, 2; other: 1\)/],
  ])('warns of %s', (_what, runs, told) => {
    expect(compare(runs).warnings.join('\n')).toMatch(told);
  });
});
