import { TaskweaveError } from '@taskweave/common';
import { SERVICE_NAMES, type ServiceAddresses } from '../run/services.js';
import type { AskHealth, MemberSource } from './placement.js';

/**
 * Finds out whether a run has lost a service it cannot go on without. A process that stands still, or is cut off, closes no
 * connection; calls to it would wait for most of a minute. Members that are there are not asked, and those that are only
 * cut off from the state store answer for themselves.
 *
 * @returns `SERVICE_UNAVAILABLE` naming the service, or nothing
 */
export async function findLostService(
  services: ServiceAddresses,
  members: MemberSource,
  ask: AskHealth,
): Promise<TaskweaveError | undefined> {
  for (const name of SERVICE_NAMES) {
    const present = new Set(members.list(name).map(({ address }) => address));
    const faults = await Promise.all(
      services[name].map(async (address) => {
        const fault = present.has(address) ? undefined : await ask(address);
        return fault === undefined ? undefined : { address, fault };
      }),
    );
    const lost = faults.filter((fault) => fault !== undefined);
    // As long as one of a kind is left, the others do its work, or the run fails by itself.
    if (lost.length < services[name].length) continue;
    const { address, fault } = lost[0]!;
    return new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: `The ${name} service at ${address} has fallen silent: it ${fault}.`,
      subject: `${name} at ${address}`,
    });
  }
  return undefined;
}
