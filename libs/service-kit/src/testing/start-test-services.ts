/** Real services on loopback for tests, with only the methods a test cares about. */
import {
  ArchitectServiceClient,
  ArchitectServiceService,
  DataServiceClient,
  DataServiceService,
  type ArchitectServiceServer,
  type DataServiceServer,
} from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { connect, type Connection } from '../connection.js';
import { bidi, serverStream, unary } from '../handlers.js';
import { startServer, type RunningServer } from '../server.js';

const unexpected = (): never => {
  throw new TaskweaveError({ code: 'INTERNAL', message: 'The test did not expect this call.' });
};

export interface TestServices {
  server: RunningServer;
  data: Connection<typeof DataServiceService>;
  architect: Connection<typeof ArchitectServiceService>;
  stop(): Promise<void>;
}

/** Starts a server with both services; methods left out fail. */
export async function startTestServices(
  handlers: Partial<DataServiceServer & ArchitectServiceServer>,
  address?: string,
): Promise<TestServices> {
  const data = { describe: unary(unexpected), streamBatches: serverStream(unexpected), ...handlers };
  const architect = {
    openSearch: unary(unexpected),
    getState: unary(unexpected),
    optimize: bidi(unexpected),
    ...handlers,
  };
  const server = await startServer({
    name: 'test',
    services: [
      { definition: DataServiceService, implementation: data },
      { definition: ArchitectServiceService, implementation: architect },
    ],
    ...(address !== undefined && { address }),
  });
  const connections = {
    data: connect(DataServiceClient, server.address, { name: 'data-loader' }),
    architect: connect(ArchitectServiceClient, server.address, { name: 'architect' }),
  };
  return {
    server,
    ...connections,
    async stop() {
      connections.data.close();
      connections.architect.close();
      await server.stop({ graceMs: 0 });
    },
  };
}
