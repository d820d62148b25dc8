import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../label.js';
import { parseXml, unescape, type Tag } from '../svg/xml.fixture.js';
import type { ComparisonDrawing, ComparisonRow } from './comparison-drawing.js';
import { drawComparisonSvg } from './draw.js';

const score = fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constant(NaN));
const row: fc.Arbitrary<ComparisonRow> = fc.record(
  {
    label: fc.string({ unit: 'binary', maxLength: 80 }),
    text: fc.string({ maxLength: 30 }),
    best: fc.boolean(),
    values: fc.array(score, { maxLength: 5 }),
    mean: score,
    deviation: fc.double({ min: 0, max: 100, noNaN: true }),
    soft: score,
  },
  { requiredKeys: ['label', 'text', 'best', 'values'] },
);
const drawings: fc.Arbitrary<ComparisonDrawing> = fc.record({
  title: fc.string({ unit: 'binary' }),
  notes: fc.array(fc.string(), { maxLength: 2 }),
  panels: fc.array(
    fc.record(
      {
        title: fc.string(),
        higherIsBetter: fc.boolean(),
        rows: fc.array(row, { maxLength: 6 }),
        reference: fc.record({ value: score, label: fc.string() }),
      },
      { requiredKeys: ['title', 'higherIsBetter', 'rows'] },
    ),
    { maxLength: 3 },
  ),
});

function pageOf([root]: Tag[]): { width: number; height: number } {
  const [, , width, height] = root!.attributes['viewBox']!.split(' ').map(Number);
  return { width: width!, height: height! };
}

describe('drawComparisonSvg', () => {
  it('is well-formed, has every row once, and draws nothing outside the page or without a place', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const tags = parseXml(drawComparisonSvg(drawing));
        const drawn = tags.flatMap(({ attributes }) =>
          attributes['data-row'] === undefined
            ? []
            : [`${unescape(attributes['data-row'])} ${attributes['data-best']}`],
        );
        const rows = drawing.panels.flatMap((panel) => panel.rows);
        expect(drawn).toEqual(rows.map(({ label, best }) => `${printable(label)} ${best}`));
        const { width, height } = pageOf(tags);
        for (const { attributes } of tags) {
          const rest = { ...attributes };
          for (const name of ['data-row', 'data-panel']) delete rest[name];
          expect(Object.values(rest).join(' ')).not.toMatch(/NaN|Infinity|undefined/);
          const x = Number(rest['x'] ?? rest['cx'] ?? 1);
          const y = Number(rest['y'] ?? rest['cy'] ?? 1);
          expect(x > 0 && x + Number(rest['width'] ?? 0) <= width + 1).toBe(true);
          expect(y > 0 && y <= height).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  const rowOf = (label: string, values: number[], mean: number, best: boolean): ComparisonRow => ({
    label,
    text: `${mean}`,
    best,
    values,
    mean,
    ...(values.length > 1 && { deviation: 1 }),
  });
  const drawing = (soft?: number): ComparisonDrawing => ({
    title: 'a & b',
    panels: [
      {
        title: 'left <accuracy>',
        higherIsBetter: true,
        reference: { value: 2, label: 'a' },
        rows: [
          rowOf('a', [1, 2, 3], 2, false),
          { ...rowOf('b', [8], 8, true), ...(soft !== undefined && { soft }) },
        ],
      },
    ],
  });

  it('places better scores further along the scale, and shows every run', () => {
    const circles = parseXml(drawComparisonSvg(drawing())).filter(({ name }) => name === 'circle');
    // The legend has a mean and a run; a has a mean and three runs; b is one run, which is its mean.
    expect(circles).toHaveLength(2 + 4 + 1);
    const [a, first, second, third, b] = circles.slice(2).map(({ attributes }) => Number(attributes['cx']));
    expect(first).toBeLessThan(second!);
    expect(second).toBe(a);
    expect(third).toBeGreaterThan(second!);
    expect(b).toBeGreaterThan(third!);
  });

  it('says in words what it shows', () => {
    const svg = drawComparisonSvg(drawing());
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).toContain('<desc>left &lt;accuracy&gt;: a 2, b 8 (best).</desc>');
    expect(svg).toContain('left &lt;accuracy&gt; (higher is better)');
  });

  it('explains the marks that it has, and no others', () => {
    expect(drawComparisonSvg(drawing())).not.toContain('soft supernets');
    expect(drawComparisonSvg(drawing(7))).toContain('soft supernets');
    const single = {
      title: 't',
      panels: [{ title: 'p', higherIsBetter: true, rows: [rowOf('a', [1], 1, false)] }],
    };
    expect(drawComparisonSvg(single)).not.toMatch(/standard deviation|one run|baseline/);
  });
});
