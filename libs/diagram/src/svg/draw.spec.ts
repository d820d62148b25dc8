import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architecture, architectures, unevenArchitectures } from '../architectures.fixture.js';
import { printable } from '../label.js';
import { drawArchitectureSvg } from './draw.js';
import { BOX, FUSION_RADIUS, layOut } from './layout.js';
import { parseXml, unescape } from './xml.fixture.js';

describe('drawArchitectureSvg', () => {
  it('is well-formed and has every edge once, marked as kept or dropped', () => {
    fc.assert(
      fc.property(fc.oneof(architectures({ minTasks: 1 }), unevenArchitectures()), (drawing) => {
        const tags = parseXml(drawArchitectureSvg(drawing));
        expect(tags[0]!.name).toBe('svg');
        const drawn = tags
          .filter(({ attributes }) => attributes['data-edge'] !== undefined)
          .map(({ attributes }) => `${unescape(attributes['data-edge']!)} ${attributes['data-kept']}`);
        expect(drawn.sort()).toEqual(drawing.edges.map(({ id, kept }) => `${printable(id)} ${kept}`).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('says in words what it shows, and escapes names', () => {
    const svg = drawArchitectureSvg({
      ...architecture(['a & b', '<right>'], [1], (edge) => edge === 1),
      title: '"digits" <1>',
      metrics: ['98.2 % & more'],
    });
    parseXml(svg);
    expect(svg).toContain('<title>&quot;digits&quot; &lt;1&gt;</title>');
    expect(svg).toMatch(
      /<desc>.*a &amp; b → &lt;right&gt;: 1 of 1 candidate edges kept: a &amp; b\/conv1_1-&gt;/,
    );
    expect(svg).toContain('98.2 % &amp; more');
    expect(svg).not.toContain('<right>');
  });

  it('draws no number that is not finite, and nothing outside the page', () => {
    fc.assert(
      fc.property(fc.oneof(architectures(), unevenArchitectures()), (drawing) => {
        const tags = parseXml(drawArchitectureSvg(drawing));
        const [, , width, height] = tags[0]!.attributes['viewBox']!.split(' ').map(Number) as [
          0,
          0,
          number,
          number,
        ];
        const outside = tags.filter(({ name, attributes }) => {
          if (name !== 'rect' && name !== 'text') return false;
          const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((key) => Number(attributes[key] ?? 0));
          return !(x! > 0 && y! > 0 && x! + w! <= width && y! + h! <= height);
        });
        expect(outside).toEqual([]);
        const values = tags.flatMap(({ attributes: { 'data-edge': _, ...rest } }) => Object.values(rest));
        expect(values.filter((value) => /NaN|Infinity|undefined/.test(value))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('gives every direction a colour of its own', () => {
    for (const count of [2, 3, 5]) {
      const tasks = Array.from({ length: count }, (_, k) => `task${k}`);
      const svg = drawArchitectureSvg(architecture(tasks, [1], () => true));
      const colors = svg.matchAll(/<path d="[^"]*" fill="none" stroke="([^"]*)" stroke-width="2.4"/g);
      expect(new Set([...colors].map(([, color]) => color)).size).toBe(count * (count - 1));
    }
  });
});

describe('layOut', () => {
  it('keeps boxes, lanes and fusion nodes apart', () => {
    fc.assert(
      fc.property(fc.oneof(architectures(), unevenArchitectures()), (drawing) => {
        const { rows, rowOf, lanes, bands, headTop } = layOut(drawing, 100);
        rows.forEach(({ boxTop, fusionY }, i) => {
          expect(fusionY - FUSION_RADIUS).toBeGreaterThan(boxTop + BOX.height);
          expect(fusionY + FUSION_RADIUS).toBeLessThan(rows[i + 1]?.boxTop ?? headTop);
          const here = drawing.edges.filter((edge) => rowOf[edge.targetNetwork]![edge.targetStage] === i);
          const heights = here.map(({ id }) => lanes.get(id)).filter((y) => y !== undefined);
          expect(new Set(heights).size).toBe(heights.length);
          for (const y of heights) {
            expect(y).toBeGreaterThan(boxTop + BOX.height);
            expect(y).toBeLessThan(fusionY - FUSION_RADIUS);
          }
        });
        bands.forEach(({ top, height }, i) => {
          expect(top + height).toBeLessThan(bands[i + 1]?.top ?? headTop);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('needs lanes only for networks that are not neighbours', () => {
    const edgesOf = (tasks: string[]) =>
      layOut(
        architecture(tasks, [2, 2], () => true),
        0,
      ).lanes.size;
    expect(edgesOf(['a', 'b'])).toBe(0);
    expect(edgesOf(['a', 'b', 'c'])).toBe(12);
  });
});
