import type { RunPlan } from '@taskweave/spec';
import { methods } from './methods/registry.js';
import type { NetworksPlan } from './build-networks.js';
import type { Supernet } from './supernet.js';

/**
 * The network of a plan: its tasks' networks, joined the way of its method.
 *
 * @throws TaskweaveError CONFIG_INVALID when the networks do not fit the images or cannot be joined this way
 */
export function buildSupernet(plan: NetworksPlan & Pick<RunPlan, 'method'>): Supernet {
  return methods[plan.method].build(plan);
}
