import { TaskweaveError } from '@taskweave/common';
import { mtlNas } from './mtl-nas/strategy.js';
import type { AnyStrategy } from './strategy.js';

/** Every search strategy by its id. */
export const strategies: Readonly<Record<string, AnyStrategy>> = Object.fromEntries(
  [mtlNas as AnyStrategy].map((strategy) => [strategy.id, strategy]),
);

/**
 * The strategy with this id.
 *
 * @throws TaskweaveError `CONFIG_INVALID` if there is none
 */
export function findStrategy(id: string): AnyStrategy {
  const strategy = Object.hasOwn(strategies, id) ? strategies[id] : undefined;
  if (strategy !== undefined) return strategy;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `there is no search strategy "${id}"`,
    subject: 'strategy.id',
    found: id,
    expected: Object.keys(strategies).join(', '),
  });
}
