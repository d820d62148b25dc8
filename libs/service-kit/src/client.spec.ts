import { DescribeResponse, StreamBatchesRequest, StreamBatchesResponse } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { callServerStream, callUnary } from './client.js';
import { serverStream, unary } from './handlers.js';
import { deferred } from './testing/deferred.js';
import { startTestServices, type TestServices } from './testing/start-test-services.js';

let services: TestServices;
afterEach(() => services.stop());

const request = { dataJson: '{}', tasks: ['left', 'right'] };
const forever = (signal: AbortSignal) => once(signal, 'abort');

describe('callUnary', () => {
  it('answers', async () => {
    services = await startTestServices({
      describe: unary(({ tasks }) => DescribeResponse.fromPartial({ tasks: tasks.map((id) => ({ id })) })),
    });
    const { tasks } = await callUnary(services.data, 'describe', request);
    expect(tasks.map(({ id }) => id)).toEqual(['left', 'right']);
  });

  it('throws the error that the service threw', async () => {
    const error = new TaskweaveError({
      code: 'DATA_INVALID',
      message: 'Die Größe stimmt nicht – 数据.',
      subject: 'data.options.shift',
      found: 'eight\n"8"',
      expected: 'a number',
      action: 'Write 8.',
    });
    services = await startTestServices({ describe: unary(() => Promise.reject(error)) });
    await expect(callUnary(services.data, 'describe', request)).rejects.toEqual(error);
  });

  it('gives up at the deadline and tells the service', async () => {
    const { promise: aborted, resolve } = deferred();
    services = await startTestServices({
      describe: unary(async (_request, { signal }) => {
        await forever(signal);
        resolve();
        return DescribeResponse.fromPartial({});
      }),
    });
    const late = callUnary(services.data, 'describe', request, { deadlineMs: 50 });
    await expect(late).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      subject: `data-loader at ${services.server.address}`,
    });
    await aborted;
  });

  it('cancels', async () => {
    const { promise: aborted, resolve } = deferred();
    const controller = new AbortController();
    services = await startTestServices({
      describe: unary(async (_request, { signal }) => {
        controller.abort();
        await forever(signal);
        resolve();
        return DescribeResponse.fromPartial({});
      }),
    });
    const cancelled = callUnary(services.data, 'describe', request, { signal: controller.signal });
    await expect(cancelled).rejects.toMatchObject({ code: 'STOPPED' });
    await aborted;
    await expect(
      callUnary(services.data, 'describe', request, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'STOPPED' });
  });

  it('names the service that nobody runs', async () => {
    services = await startTestServices({});
    await services.server.stop();
    await expect(callUnary(services.data, 'describe', request)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: `The data-loader service at ${services.server.address} cannot be reached.`,
    });
  });

  it('does not go through a web proxy', async () => {
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    services = await startTestServices({ describe: unary(() => DescribeResponse.fromPartial({})) });
    await callUnary(services.data, 'describe', request);
    delete process.env['http_proxy'];
  });

  it('does not abort the signal of a call that ended well', async () => {
    let seen: AbortSignal | undefined;
    services = await startTestServices({
      describe: unary((_request, { signal }) => {
        seen = signal;
        return DescribeResponse.fromPartial({});
      }),
    });
    await callUnary(services.data, 'describe', request);
    await callUnary(services.data, 'describe', request);
    expect(seen?.aborted).toBe(false);
  });
});

describe('callServerStream', () => {
  const stream = StreamBatchesRequest.fromPartial({ count: 3 });
  const chunk = (offset: number, size = 1) =>
    StreamBatchesResponse.fromPartial({
      part: { $case: 'chunk', value: { offset, data: new Uint8Array(size) } },
    });
  const offsetOf = ({ part }: StreamBatchesResponse) =>
    part?.$case === 'chunk' ? part.value.offset : undefined;

  it('yields every message in order', async () => {
    services = await startTestServices({
      streamBatches: serverStream(async function* ({ count }) {
        for (let offset = 0; offset < count; offset++) yield chunk(offset);
      }),
    });
    const offsets: unknown[] = [];
    for await (const message of callServerStream(services.data, 'streamBatches', { ...stream, count: 100 })) {
      offsets.push(offsetOf(message));
    }
    expect(offsets).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('throws the error of the service after the messages before it', async () => {
    const error = new TaskweaveError({ code: 'FILE_DAMAGED', message: 'Broken.', subject: 'train-images' });
    services = await startTestServices({
      streamBatches: serverStream(async function* () {
        yield chunk(0);
        yield chunk(1);
        throw error;
      }),
    });
    const offsets: unknown[] = [];
    const all = (async () => {
      for await (const message of callServerStream(services.data, 'streamBatches', stream)) {
        offsets.push(offsetOf(message));
      }
    })();
    await expect(all).rejects.toEqual(error);
    expect(offsets).toEqual([0, 1]);
  });

  it('holds the service back while nobody reads, and closes its generator when the reader leaves', async () => {
    let produced = 0;
    const { promise: closed, resolve } = deferred();
    services = await startTestServices({
      streamBatches: serverStream(async function* () {
        try {
          for (;;) yield chunk(produced++, 64 * 1024);
        } finally {
          resolve();
        }
      }),
    });
    for await (const message of callServerStream(services.data, 'streamBatches', stream)) {
      expect(offsetOf(message)).toBe(0);
      // Without back-pressure the generator would never pause, and this would not come to a rest.
      for (let before = -1; before !== produced;) {
        before = produced;
        await new Promise((wake) => setTimeout(wake, 100));
      }
      break;
    }
    await closed;
    expect(produced).toBeLessThan(200);
  });

  it('cancels by signal, also while the service is silent', async () => {
    const { promise: closed, resolve } = deferred();
    services = await startTestServices({
      streamBatches: serverStream(async function* (_request, { signal }) {
        yield chunk(0);
        await forever(signal);
        resolve();
      }),
    });
    const controller = new AbortController();
    const messages = callServerStream(services.data, 'streamBatches', stream, { signal: controller.signal });
    await messages.next();
    const waiting = messages.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'STOPPED' });
    await closed;
  });

  it('ends with SERVICE_UNAVAILABLE when the service is shut down under it', async () => {
    services = await startTestServices({
      streamBatches: serverStream(async function* (_request, { signal }) {
        yield chunk(0);
        await forever(signal);
      }),
    });
    const messages = callServerStream(services.data, 'streamBatches', stream);
    await messages.next();
    const waiting = messages.next();
    await Promise.all([
      expect(waiting).rejects.toBeInstanceOf(TaskweaveError),
      services.server.stop({ graceMs: 10 }),
    ]);
  });
});
