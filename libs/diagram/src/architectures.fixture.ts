import { candidateEdges, type EdgeRule, type NetworkDeclaration } from '@taskweave/search-space';
import fc from 'fast-check';
import type { ArchitectureDrawing, DrawnEdge } from './drawing.js';

/** Architectures for the tests of this library. */

function network(task: string, blockSizes: readonly number[], stagePrefix: string): NetworkDeclaration {
  return {
    task,
    stages: blockSizes.flatMap((size, block) =>
      Array.from({ length: size }, (_, i) => ({
        name: `${stagePrefix}${block + 1}_${i + 1}`,
        channels: 8 << block,
        height: 64 >> block,
        width: 64 >> block,
        block,
      })),
    ),
  };
}

/** An architecture in which the edges with the given indices are kept. */
export function architecture(
  tasks: readonly string[],
  blockSizes: readonly number[],
  keep: (edge: number) => boolean,
  stagePrefix = 'conv',
): ArchitectureDrawing {
  const networks = tasks.map((task) => network(task, blockSizes, stagePrefix));
  return { title: 'digits', networks, edges: decided(networks, { depthLimit: 3 }, keep) };
}

/** An architecture of networks of other block structures, by task. */
export function unevenArchitecture(
  blockSizes: Readonly<Record<string, readonly number[]>>,
  keep: (edge: number) => boolean,
  rule: EdgeRule['rule'] = 'same-block',
): ArchitectureDrawing {
  const networks = Object.entries(blockSizes).map(([task, sizes]) => network(task, sizes, 'conv'));
  return { title: 'uneven', networks, edges: decided(networks, { rule: rule!, depthLimit: 3 }, keep) };
}

function decided(
  networks: readonly NetworkDeclaration[],
  rule: EdgeRule,
  keep: (edge: number) => boolean,
): DrawnEdge[] {
  return candidateEdges(networks, rule).map((edge, i) => ({
    ...edge,
    kept: keep(i),
    probability: keep(i) ? 0.987 : 0.021,
  }));
}

/** Any text, also such as has a meaning in XML or to a terminal. */
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'left',
    '<b>&amp;"\'</b>',
    ']]>',
    '\u001B[31mred',
    'a\nb',
    '\u0000',
    '\uD800',
    '景色',
    '😀'.repeat(30),
  ),
);

/** Architectures of a number of tasks, with any names, block structure and kept edges. */
export function architectures({ minTasks = 2, maxTasks = 4 } = {}): fc.Arbitrary<ArchitectureDrawing> {
  return fc
    .record({
      tasks: fc.uniqueArray(names, { minLength: minTasks, maxLength: maxTasks }),
      blockSizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      prefix: names,
      kept: fc.infiniteStream(fc.boolean()),
      title: names,
      metrics: fc.array(names, { maxLength: 3 }),
    })
    .map(({ tasks, blockSizes, prefix, kept, title, metrics }) => {
      const decided: boolean[] = [];
      const keep = (edge: number) => (decided[edge] ??= kept.next().value as boolean);
      return { ...architecture(tasks, blockSizes, keep, prefix), title, metrics };
    });
}

/** Architectures of networks that differ in their block structures, by either rule. */
export function unevenArchitectures({ maxTasks = 4 } = {}): fc.Arbitrary<ArchitectureDrawing> {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  return fc
    .record({
      structures: fc.array(sizes, { minLength: 2, maxLength: maxTasks }),
      rule: fc.constantFrom('same-block' as const, 'cross-block' as const),
      kept: fc.array(fc.boolean(), { minLength: 150, maxLength: 150 }),
    })
    .map(({ structures, rule, kept }) =>
      unevenArchitecture(
        Object.fromEntries(structures.map((structure, i) => [`task${i}`, structure])),
        (edge) => kept[edge % kept.length]!,
        rule,
      ),
    );
}
