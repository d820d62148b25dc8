import { TaskweaveError } from '@taskweave/common';
import type { HostTensors } from '@taskweave/engine';
import type { Supernet } from './supernet.js';

/**
 * Refuses weights that are not those of a network, naming the first that differs.
 *
 * @param source where they come from, for the error
 * @throws TaskweaveError CONFIG_INVALID
 */
export function checkFit({ parameters }: Supernet, values: HostTensors, source: string): void {
  for (const { name, shape } of parameters) {
    const found = values[name]?.shape;
    if (found?.join() === shape.join()) continue;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The weights are not those of the networks in the plan.',
      subject: `${source}, ${name}`,
      found: found === undefined ? 'nothing' : `[${found.join(', ')}]`,
      expected: `[${shape.join(', ')}]`,
      action: 'Use them with the plan of the run that wrote them.',
    });
  }
}
