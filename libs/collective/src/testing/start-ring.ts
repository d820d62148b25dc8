import { startServer, type RunningServer } from '@taskweave/service-kit';
import { Collective, type CollectiveOptions } from '../collective.js';
import type { RingMember } from '../round-peers.js';

/** Members of a ring in this process, each with a server on loopback. */
export interface TestRing {
  readonly members: readonly RingMember[];
  readonly collectives: readonly Collective[];
  readonly servers: readonly RunningServer[];
  stop(): Promise<void>;
}

export async function startRing(
  size: number,
  options: Omit<CollectiveOptions, 'name'> = {},
): Promise<TestRing> {
  const collectives: Collective[] = [];
  const servers: RunningServer[] = [];
  const members: RingMember[] = [];
  for (let i = 0; i < size; i++) {
    const collective = new Collective({ name: `member-${i}`, ...options });
    const server = await startServer({ name: 'member', services: [collective.service] });
    collectives.push(collective);
    servers.push(server);
    members.push({ name: `member-${i}`, address: server.address });
  }
  return {
    members,
    collectives,
    servers,
    async stop() {
      await Promise.all(collectives.map((collective) => collective.close()));
      await Promise.all(servers.map((server) => server.stop({ graceMs: 0 })));
    },
  };
}
