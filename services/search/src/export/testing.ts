/** Small finished networks for tests. */
import { initialValues } from '@taskweave/backbones';
import { runSpecSchema } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';
import type { FinishedNetwork } from './finished-network.js';

/** Two small networks with every other edge between them, as initialised. */
export function tinyFinishedNetwork(): FinishedNetwork {
  const backbone = { options: { channels: [[3], [4, 4]], hidden: 6 } };
  const spec = runSpecSchema.parse({
    tasks: [
      { id: 'left', backbone },
      { id: 'right', backbone },
    ],
    engine: { threads: 1 },
  });
  const imageShape = [12, 12, 1] as const;
  const tasks = spec.tasks.map(({ id }) => ({ id, kind: 'classification' as const, outputs: 5 }));
  const supernet = buildSupernet({ spec, method: 'search', tasks, imageShape });
  const network = supernet.withEdges(supernet.edges.filter((_, edge) => edge % 2 === 0));
  return {
    run: 'tiny',
    plan: { spec, method: 'search', networks: supernet.declarations, tasks, imageShape },
    step: 7,
    network,
    parameters: initialValues(network.parameters, 1),
    metrics: { left: { metric: 'accuracy', value: 0.5, loss: 1, examples: 10 } },
  };
}
