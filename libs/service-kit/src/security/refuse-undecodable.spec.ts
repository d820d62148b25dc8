import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { DescribeResponse, OptimizeResponse } from '@taskweave/contracts';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { callUnary } from '../client.js';
import { fromStatus } from '../errors.js';
import { bidi, unary } from '../handlers.js';
import { startTestServices } from '../testing/start-test-services.js';

const asIs = (bytes: Buffer): Buffer => bytes;
/** A field of length 5 with no bytes. */
const BROKEN = Buffer.from([0x0a, 5]);

it('answers a request that cannot be decoded with INVALID_ARGUMENT, and goes on', async () => {
  const services = await startTestServices({
    describe: unary(() => DescribeResponse.fromPartial({ imageShape: [1] })),
  });
  const { client, peer } = services.data;
  const path = '/taskweave.v1.DataService/Describe';
  const error = await new Promise<ServiceError | null>((resolve) =>
    client.makeUnaryRequest(path, asIs, asIs, BROKEN, (failure) => resolve(failure)),
  );
  expect(error?.code).toBe(status.INVALID_ARGUMENT);
  expect(fromStatus(error, peer)).toMatchObject({ code: 'MESSAGE_INVALID', subject: path });
  const request = { dataJson: '{}', tasks: [] };
  expect((await callUnary(services.data, 'describe', request)).imageShape).toEqual([1]);
  await services.stop();
});

it('ends a stream at a message that cannot be decoded, and tells its handler', async () => {
  let received = 0;
  let aborted = false;
  const services = await startTestServices({
    optimize: bidi(async function* (requests, { signal }) {
      signal.addEventListener('abort', () => (aborted = true));
      for await (const { run } of requests) {
        received++;
        yield OptimizeResponse.fromPartial({ step: run.length });
      }
    }),
  });
  const path = '/taskweave.v1.ArchitectService/Optimize';
  const call = services.architect.client.makeBidiStreamRequest(path, asIs, asIs, new Metadata());
  call.on('error', () => undefined);
  call.write(Buffer.alloc(0));
  await once(call, 'data');
  call.write(BROKEN);
  const code = await new Promise((resolve) => call.on('status', (ended) => resolve(ended.code)));
  expect(code).toBe(status.INVALID_ARGUMENT);
  while (!aborted) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(received).toBe(1);
  await services.stop();
});
