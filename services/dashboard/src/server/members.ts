import { lockOwner, type RunFolder, type RunRecord } from '@taskweave/runs';
import type { Member } from '../api/types.js';

/** How long a service may take to say how it is. */
const PATIENCE_MS = 1_000;

/** Who works on a run, and how they are: services are asked for their health, processes whether they are there. */
export async function membersOf(folder: RunFolder, record: RunRecord): Promise<Member[]> {
  const owner = lockOwner(folder.lock);
  if (owner === undefined) return [];
  const { checkHealth } = await import('@taskweave/service-kit');
  const { address, services = {}, processes = {} } = record;
  const all: Record<string, string> = { ...(address !== undefined && { search: address }), ...services };
  return Promise.all(
    Object.entries(all).map(async ([name, where]): Promise<Member> => {
      const pid = name === 'search' ? owner : (processes[name] ?? owner);
      const health = await checkHealth(where, { timeoutMs: PATIENCE_MS }).catch(() => 'UNREACHABLE' as const);
      return { name, address: where, pid, health };
    }),
  );
}
