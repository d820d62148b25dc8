import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architecture, unevenArchitectures } from '../architectures.fixture.js';
import type { ArchitectureDrawing } from '../drawing.js';
import { alignRows } from '../rows.js';
import { assignLanes, drawWiring } from './wiring.js';

const FIRST_ROW = 2;
const ROWS = 3;

/** Characters whose line leaves the cell downwards. */
const GOES_DOWN = '│┼┐┌├┤┬●';

/** Reads the edges back from the picture, as a person would: from every arrow along its line to the joints. */
function readEdges(lines: readonly string[]): string[] {
  const cells = lines.map((line) => [...line]);
  const stageOf = (row: number) => Math.floor((row - FIRST_ROW) / ROWS);
  return cells.flatMap((line, row) =>
    line.flatMap((tip, column) => {
      if (tip !== '▶' && tip !== '◀') return [];
      const back = tip === '▶' ? -1 : 1;
      let x = column + back;
      while (line[x] !== '└' && line[x] !== '┘') {
        if (line[x] !== '─' && line[x] !== '┼') throw new Error(`a line breaks off at ${row}:${x}`);
        x += back;
      }
      const joints: number[] = [];
      for (let y = row - 1; GOES_DOWN.includes(cells[y]?.[x] ?? ' '); y--) {
        if (cells[y]![x] === '●') joints.push(stageOf(y));
      }
      const target = tip === '▶' ? 1 : 0;
      return joints.map((source) => `${source}->${target}:${stageOf(row)}`);
    }),
  );
}

function keptEdges({ networks, edges }: ArchitectureDrawing): string[] {
  const { rowOf } = alignRows(networks);
  return edges
    .filter(({ kept }) => kept)
    .map((edge) => {
      const source = rowOf[edge.sourceNetwork]![edge.sourceStage]!;
      return `${source}->${edge.targetNetwork}:${rowOf[edge.targetNetwork]![edge.targetStage]!}`;
    });
}

const drawings = fc
  .record({
    blockSizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
    kept: fc.array(fc.boolean(), { minLength: 150, maxLength: 150 }),
  })
  .map(({ blockSizes, kept }) => architecture(['left', 'right'], blockSizes, (edge) => kept[edge]!));

describe('drawWiring', () => {
  it('can be read back edge by edge', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const lines = drawWiring(drawing, 100, false)!;
        expect(readEdges(lines).sort()).toEqual(keptEdges(drawing).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('can be read back where block structures differ, unless an edge would have to run up', () => {
    const up = ({ networks, edges }: ArchitectureDrawing) => {
      const { rowOf } = alignRows(networks);
      return edges.some(
        (e) => rowOf[e.sourceNetwork]![e.sourceStage]! > rowOf[e.targetNetwork]![e.targetStage]!,
      );
    };
    let drawn = 0;
    fc.assert(
      fc.property(unevenArchitectures({ maxTasks: 2 }), (drawing) => {
        const lines = drawWiring(drawing, 200, false);
        expect(lines === undefined).toBe(up(drawing));
        if (lines === undefined) return;
        drawn++;
        expect(readEdges(lines).sort()).toEqual(keptEdges(drawing).sort());
      }),
      { numRuns: 200 },
    );
    expect(drawn).toBeGreaterThan(50);
  });

  it('gives up when the terminal is too narrow', () => {
    const drawing = architecture(['left', 'right'], [2, 2], () => true);
    const width = Math.max(...drawWiring(drawing, 100, false)!.map((line) => line.length));
    expect(drawWiring(drawing, width, false)).toBeDefined();
    expect(drawWiring(drawing, width - 1, false)).toBeUndefined();
  });
});

describe('assignLanes', () => {
  it('puts buses that overlap on different lanes', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        for (const target of [0, 1]) {
          const kept = drawing.edges.filter((edge) => edge.kept && edge.targetNetwork === target);
          const buses = assignLanes({ kept });
          buses.forEach((a, i) => {
            for (const b of buses.slice(i + 1)) {
              const apart = a.targetStage < b.sourceStages[0]! || b.targetStage < a.sourceStages[0]!;
              expect(apart || a.lane !== b.lane).toBe(true);
            }
          });
        }
      }),
    );
  });
});
