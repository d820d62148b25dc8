import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architecture, architectures } from '../architectures.fixture.js';
import { lengthOf } from '../label.js';
import { drawArchitectureText } from './draw.js';

const VGG16 = [2, 2, 3, 3, 3];

function plain(text: string): string {
  return text.replaceAll(/\u001B\[\d+m/g, '');
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map(lengthOf));
}

describe('drawArchitectureText', () => {
  it('draws two networks as a circuit and lists the kept edges', () => {
    const drawing = {
      ...architecture(['left', 'right'], [1, 2], (edge) => [1, 5].includes(edge)),
      metrics: ['left 98.2 %'],
    };
    expect(drawArchitectureText(drawing, { color: false, width: 100 })).toBe(
      [
        'digits',
        'left 98.2 %',
        '',
        'left                                       right',
        '',
        'conv1_1  8 × 64 × 64                       conv1_1  8 × 64 × 64',
        ' ◇                                          │',
        ' │                                          ◇',
        'conv2_1  16 × 32 × 32 ╶────●        ●────╴ conv2_1  16 × 32 × 32',
        ' ◆ ◀───────────────────────┼────────┘       │',
        ' │                         └──────────────▶ ◆',
        'conv2_2  16 × 32 × 32                      conv2_2  16 × 32 × 32',
        ' ◇                                          │',
        ' │                                          ◇',
        '',
        '● taken here   ◆ fusion with received features   ◇ fusion without',
        '',
        'left → right  1 of 4 kept     right → left  1 of 4 kept',
        '  conv2_1 → conv2_1  0.987      conv2_1 → conv2_1  0.987',
        '',
      ].join('\n'),
    );
  });

  it('draws more than two networks as one matrix per direction', () => {
    const drawing = architecture(['a', 'b', 'c'], [1, 2], (edge) => edge % 3 === 0);
    const text = drawArchitectureText(drawing, { color: false, width: 100 });
    for (const label of ['a → b', 'a → c', 'b → a', 'b → c', 'c → a', 'c → b']) {
      expect(text).toContain(`${label}  `);
    }
    const matrix = drawing.edges.length;
    const [picture] = text.split('rows take');
    expect([...picture!].filter((c) => c === '●' || c === '·')).toHaveLength(matrix);
    expect([...picture!].filter((c) => c === '●')).toHaveLength(
      drawing.edges.filter(({ kept }) => kept).length,
    );
  });

  it('lists every kept edge with its probability and no other', () => {
    fc.assert(
      fc.property(architectures(), fc.integer({ min: 1, max: 200 }), (drawing, width) => {
        const text = drawArchitectureText(drawing, { color: false, width });
        const kept = drawing.edges.filter((edge) => edge.kept).length;
        expect(text.split('0.987').length - 1).toBeGreaterThanOrEqual(kept);
        const counts = [...text.matchAll(/ {2}(\d+) of \d+ kept/g)].map(([, count]) => Number(count));
        expect(counts.reduce((a, b) => a + b, 0)).toBe(kept);
      }),
      { numRuns: 60 },
    );
  });

  it('takes 100 columns at most for VGG-16, and 80 in a terminal of 80', () => {
    const all = architecture(['left', 'right'], VGG16, () => true);
    expect(widest(drawArchitectureText(all, { color: false, width: 200 }))).toBeLessThanOrEqual(100);
    expect(widest(drawArchitectureText(all, { color: false, width: 80 }))).toBeLessThanOrEqual(80);
    const three = architecture(['one', 'two', 'three'], VGG16, () => true);
    expect(widest(drawArchitectureText(three, { color: false, width: 80 }))).toBeLessThanOrEqual(80);
  });

  it('falls back to matrices in a narrow terminal', () => {
    const drawing = architecture(['left', 'right'], [1, 2], () => true);
    const narrow = drawArchitectureText(drawing, { color: false, width: 40 });
    expect(narrow).toContain('rows take, columns give');
    expect(widest(narrow)).toBeLessThanOrEqual(40);
  });

  it('says the same with colours as without', () => {
    fc.assert(
      fc.property(architectures(), (drawing) => {
        const colored = drawArchitectureText(drawing, { color: true, width: 100 });
        expect(plain(colored)).toBe(drawArchitectureText(drawing, { color: false, width: 100 }));
      }),
      { numRuns: 40 },
    );
    const drawing = architecture(['left', 'right'], [1], () => true);
    expect(drawArchitectureText(drawing, { color: true, width: 100 })).toContain('\u001B[34m');
  });

  it('never lets a name reach the terminal as a command', () => {
    fc.assert(
      fc.property(architectures({ minTasks: 1 }), (drawing) => {
        const text = drawArchitectureText(drawing, { color: false, width: 100 });
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 60 },
    );
  });
});
