import type { Method } from '@taskweave/spec';
import type { NetworksPlan } from '../build-networks.js';
import type { Supernet } from '../supernet.js';

/** A way to join the networks of several tasks: one file each. */
export interface MethodDefinition {
  readonly id: Method;
  /**
   * The network that is trained.
   *
   * @throws TaskweaveError CONFIG_INVALID when the networks of the plan cannot be joined this way
   */
  build(plan: NetworksPlan): Supernet;
}
