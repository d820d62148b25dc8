import { DataServiceClient, DataServiceService, DescribeResponse } from '@taskweave/contracts';
import { expect, it } from 'vitest';
import { callUnary } from '../client.js';
import { connect } from '../connection.js';
import { serverStream, unary } from '../handlers.js';
import { checkHealth } from '../health.js';
import { startServer } from '../server.js';
import { deferred } from '../testing/deferred.js';
import type { CallLimits } from './call-limits.js';

const REQUEST = { dataJson: '{}', tasks: [] };
const REFUSED = { code: 'LIMIT_REACHED', subject: '/taskweave.v1.DataService/Describe' };

async function startLimited(limits: Partial<CallLimits>, until: Promise<void> = Promise.resolve()) {
  let entered = 0;
  const implementation = {
    describe: unary(async () => {
      entered++;
      await until;
      return DescribeResponse.fromPartial({ imageShape: [1] });
    }),
    streamBatches: serverStream(async function* () {}),
  };
  const services = [{ definition: DataServiceService, implementation }];
  const server = await startServer({ name: 'test', services, limits });
  const connection = connect(DataServiceClient, server.address, { name: 'test' });
  return {
    address: server.address,
    get entered() {
      return entered;
    },
    call: () => callUnary(connection, 'describe', REQUEST),
    async stop() {
      connection.close();
      await server.stop({ graceMs: 0 });
    },
  };
}

it('lets so many calls run at the same time, and takes more when they end', async () => {
  const leave = deferred();
  const server = await startLimited({ concurrentCalls: 2 }, leave.promise);
  const running = [server.call(), server.call()];
  while (server.entered < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await expect(server.call()).rejects.toMatchObject({
    ...REFUSED,
    expected: 'at most 2 calls at the same time',
  });
  // Whoever watches over a busy service learns that it is well.
  expect(await checkHealth(server.address)).toBe('SERVING');
  leave.resolve();
  await Promise.all(running);
  for (let more = 0; more < 5; more++) expect((await server.call()).imageShape).toEqual([1]);
  expect(server.entered).toBe(7);
  await server.stop();
});

it('takes so many calls of one client, then as many as the rate', async () => {
  const server = await startLimited({ burst: 3, callsPerSecond: 0.001 });
  const ended = await Promise.allSettled(Array.from({ length: 10 }, () => server.call()));
  const refused = ended.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(7);
  for (const { reason } of refused) expect(reason).toMatchObject(REFUSED);
  expect(server.entered).toBe(3);
  await server.stop();
});
