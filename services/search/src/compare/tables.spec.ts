import { describe, expect, it } from 'vitest';
import { finishedRun } from '../testing/finished-runs.js';
import { compareRuns } from './comparison.js';
import { countText, edgesText } from './summary-text.js';
import { comparisonMarkdown } from './table-markdown.js';
import { comparisonText } from './table-text.js';

const comparison = compareRuns(
  [
    { run: 'a1', seed: 1, accuracy: [0.9, 0.61], soft: [0.91, 0.61], set: ['name=a'], kept: 1 } as const,
    { run: 'a2', seed: 2, accuracy: [0.8, 0.61], soft: [0.81, 0.61], set: ['name=a'], kept: 3 } as const,
    { run: 'b1', seed: 1, accuracy: [0.85, 0.7], set: ['name=b_b', 'space.depthLimit=2'] } as const,
    { run: 'b2', seed: 2, accuracy: [0.75, 0.7], set: ['name=b_b', 'space.depthLimit=2'] } as const,
  ].map(finishedRun),
);

describe('comparisonText', () => {
  it('shows every group by every metric, the best marked, and what it costs', () => {
    const lines = comparisonText(comparison).split('\n');
    expect(lines.slice(0, 3).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['test', 'runs', 'left accuracy, %', 'right accuracy, %', 'parameters', 'multiply-adds', 'edges'],
      ['a', '2', '85.00 ± 7.07*', '61.00 ± 0.00', '1020 ± 14', '5.02 ± 0.01 M', '2 ± 1.4 of 4'],
      ['b_b', '2', '80.00 ± 7.07', '70.00 ± 0.00*', '1020', '5.02 M', '2 of 4'],
    ]);
    expect(lines[5]!.trim().split(/ {2,}/)).toEqual([
      'a',
      '85.00 ± 7.07*',
      '86.00 ± 7.07',
      '-1.00 ± 0.00',
      'baseline',
    ]);
    expect(lines[6]).toMatch(/-5\.00 ± 0\.00\s*$/);
  });

  it('shows which edges are kept in how many runs, if it is asked to', () => {
    const last = (text: string) => text.split('\n\n').at(-2)!.split('\n');
    expect(
      last(comparisonText(comparison, { edges: true })).map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ['runs that keep an edge', 'a', 'b_b'],
      ['right/0->left/0', '2 of 2', '2 of 2'],
      ['right/1->left/1', '1 of 2', '2 of 2'],
      ['right/2->left/2', '1 of 2', '0 of 2'],
      ['right/3->left/3', '0 of 2', '0 of 2'],
    ]);
    expect(comparisonText(comparison)).not.toContain('right/0->left/0');
    expect(comparisonMarkdown(comparison, 'a', { edges: true })).toContain(
      '| right/1->left/1 | 1 of 2 | 2 of 2 |',
    );
  });

  it('keeps numbers in line', () => {
    const [, a, b] = comparisonText(comparison).split('\n');
    expect(a!.indexOf('± 7.07')).toBe(b!.indexOf('± 7.07'));
  });
});

describe('comparisonMarkdown', () => {
  it('is a page of tables of equal width, names escaped', () => {
    const page = comparisonMarkdown({ ...comparison, warnings: ['be <careful>'] }, 'my_sweep');
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(3 * 4);
    expect(new Set(rows.slice(0, 4).map((line) => line.split(' | ').length)).size).toBe(1);
    expect(rows[2]).toContain('| **85.00 ± 7.07** | 61.00 ± 0.00 |');
    expect(page).toContain('| b\\_b | 2 |');
    expect(page).toContain('* Warning: be \\<careful>');
    expect(page.startsWith('# my\\_sweep\n')).toBe(true);
  });
});

describe('the texts of numbers', () => {
  it('give counts in one unit', () => {
    expect(countText({ n: 2, mean: 406_123, deviation: 7331 })).toBe('406 ± 7 k');
    expect(countText({ n: 2, mean: 6_390_000, deviation: 80_000 })).toBe('6.39 ± 0.08 M');
    expect(countText({ n: 2, mean: 43_900, deviation: 23 })).toBe('43.9 k');
    expect(countText({ n: 1, mean: 812 })).toBe('812');
  });

  it('say how many edges there are to keep', () => {
    expect(edgesText({ n: 1, mean: 3 }, 8)).toBe('3 of 8');
    expect(edgesText({ n: 3, mean: 10 / 3, deviation: 0.577 }, 8)).toBe('3.3 ± 0.6 of 8');
    expect(edgesText({ n: 1, mean: 0 }, 8)).toBe('0 of 8');
    expect(edgesText({ n: 1, mean: 6 }, 0)).toBe('6');
    expect(edgesText({ n: 1, mean: 0 }, 0)).toBe('-');
  });
});
