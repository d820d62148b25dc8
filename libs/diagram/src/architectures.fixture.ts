import { candidateEdges, type NetworkDeclaration } from '@taskweave/search-space';
import fc from 'fast-check';
import type { ArchitectureDrawing } from './drawing.js';

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
  const edges = candidateEdges(networks, { depthLimit: 3 }).map((edge, i) => ({
    ...edge,
    kept: keep(i),
    probability: keep(i) ? 0.987 : 0.021,
  }));
  return { title: 'digits', networks, edges };
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
