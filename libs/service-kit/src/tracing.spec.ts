import { DescribeResponse, OptimizeResponse, StreamBatchesRequest } from '@taskweave/contracts';
import { currentTraceparent, startTelemetry, withSpan } from '@taskweave/telemetry';
import { expect, it } from 'vitest';
import { openBidi } from './bidi-call.js';
import { callServerStream, callUnary } from './client.js';
import { bidi, serverStream, unary } from './handlers.js';
import { consume } from './testing/consume.js';
import { startTestServices } from './testing/start-test-services.js';

const traceId = (traceparent: string) => traceparent.split('-')[1];

it('carries the trace of the caller into every kind of handler, also between its messages', async () => {
  await startTelemetry('test');
  const seen: string[] = [];
  const note = () => void seen.push(currentTraceparent());
  const services = await startTestServices({
    describe: unary(() => {
      note();
      return DescribeResponse.fromPartial({});
    }),
    streamBatches: serverStream(async function* () {
      note();
      yield { part: undefined };
      await new Promise((resolve) => setImmediate(resolve));
      note();
    }),
    optimize: bidi(async function* (requests) {
      for await (const { run } of requests) {
        note();
        yield OptimizeResponse.fromPartial({ step: run.length });
      }
    }),
  });
  const describe = () => callUnary(services.data, 'describe', { dataJson: '', tasks: [] });

  const ours = await withSpan('caller', {}, async () => {
    await describe();
    const stream = callServerStream(services.data, 'streamBatches', StreamBatchesRequest.fromPartial({}));
    await consume(stream);
    const call = openBidi(services.architect, 'optimize');
    await call.send({ run: '', message: undefined });
    await call.next();
    await call.close();
    return currentTraceparent();
  });

  expect(seen.map(traceId)).toEqual([ours, ours, ours, ours].map(traceId));
  // Each handler has a span of its own, a stream one for all its messages.
  expect(new Set(seen).size).toBe(3);
  await describe();
  expect(traceId(seen.at(-1)!)).not.toBe(traceId(ours));
  await services.stop();
});
