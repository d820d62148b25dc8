/** A service for the tests of the launcher: `Describe` answers with the tasks it was asked about. */
import { DataServiceService, DescribeResponse, type DataServiceServer } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { serverStream, unary } from '../handlers.js';
import { startServer } from '../server.js';
import type { ServiceModule } from '../service.js';

const implementation: DataServiceServer = {
  describe: unary(({ dataJson, tasks }) => {
    if (dataJson === 'crash') setImmediate(() => process.exit(7));
    return DescribeResponse.fromPartial({ tasks: tasks.map((id) => ({ id, kind: 'echo' })) });
  }),
  streamBatches: serverStream(async function* () {}),
};

export const service: ServiceModule = {
  name: 'echo',
  async start(options) {
    if (process.env['ECHO_FAILS'] === 'user') {
      throw new TaskweaveError({ code: 'DATA_INVALID', message: 'No echo here.', subject: 'wall' });
    }
    if (process.env['ECHO_FAILS'] === 'hang') {
      process.send?.('a message of no concern to the launcher');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    const server = await startServer({
      name: 'echo',
      services: [{ definition: DataServiceService, implementation }],
      ...options,
    });
    return { name: 'echo', address: server.address, stop: () => server.stop() };
  },
};
