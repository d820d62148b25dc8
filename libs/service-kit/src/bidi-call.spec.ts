import { OptimizeRequest, OptimizeResponse } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import fc from 'fast-check';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { openBidi } from './bidi-call.js';
import { bidi } from './handlers.js';
import { deferred } from './testing/deferred.js';
import { startTestServices, type TestServices } from './testing/start-test-services.js';

let services: TestServices;
afterEach(() => services.stop());

const gradient = (step: number, gateGradients: number[] = []) =>
  OptimizeRequest.fromPartial({ message: { $case: 'gradient', value: { step, gateGradients } } });

/** Answers every gradient with the same numbers as gates. */
const mirror = bidi(async function* (requests: AsyncIterable<OptimizeRequest>) {
  for await (const { message } of requests) {
    if (message?.$case !== 'gradient') continue;
    const { step, gateGradients } = message.value;
    yield OptimizeResponse.fromPartial({ step, weightGates: gateGradients });
  }
});

it('exchanges messages, doubles to the last bit', async () => {
  services = await startTestServices({ optimize: mirror });
  const call = openBidi(services.architect, 'optimize');
  let step = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double()), async (numbers) => {
      await call.send(gradient(++step, numbers));
      const answer = await call.next();
      expect(answer.step).toBe(step);
      expect(answer.weightGates).toEqual(numbers);
    }),
  );
  await call.close();
});

it('may send ahead of the answers', async () => {
  services = await startTestServices({ optimize: mirror });
  const call = openBidi(services.architect, 'optimize');
  for (let step = 0; step < 100; step++) await call.send(gradient(step));
  for (let step = 0; step < 100; step++) expect((await call.next()).step).toBe(step);
  await call.close();
});

it('lets the service finish its generator after close', async () => {
  const { promise: finished, resolve } = deferred();
  services = await startTestServices({
    optimize: bidi(async function* (requests: AsyncIterable<OptimizeRequest>) {
      for await (const { run } of requests) yield OptimizeResponse.fromPartial({ step: run.length });
      resolve();
    }),
  });
  const call = openBidi(services.architect, 'optimize');
  await call.send(gradient(0));
  await call.next();
  await call.close();
  await finished;
});

it('throws the error of the service, also when it came before anyone asked', async () => {
  const error = new TaskweaveError({ code: 'RUN_NOT_FOUND', message: 'No such run.', subject: 'run' });
  services = await startTestServices({
    optimize: bidi(async function* () {
      await Promise.reject(error);
      yield OptimizeResponse.fromPartial({});
    }),
  });
  const call = openBidi(services.architect, 'optimize');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(call.next()).rejects.toEqual(error);
  await call.send(gradient(0));
  await call.close();
});

it('notices a service that ends the stream', async () => {
  services = await startTestServices({ optimize: bidi(async function* () {}) });
  const call = openBidi(services.architect, 'optimize');
  await expect(call.next()).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: `The architect service at ${services.server.address} ended the stream.`,
  });
});

it('gives up on a service that does not answer, and tells it', async () => {
  const { promise: aborted, resolve } = deferred();
  services = await startTestServices({
    optimize: bidi(async function* (_requests, { signal }) {
      await once(signal, 'abort');
      resolve();
      yield OptimizeResponse.fromPartial({});
    }),
  });
  const call = openBidi(services.architect, 'optimize');
  await call.send(gradient(0));
  await expect(call.next(50)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: `The architect service at ${services.server.address} did not answer in time.`,
  });
  await aborted;
});

it('is cancelled by its signal, on both sides', async () => {
  const { promise: aborted, resolve } = deferred();
  services = await startTestServices({
    optimize: bidi(async function* (requests: AsyncIterable<OptimizeRequest>) {
      try {
        for await (const { run } of requests) yield OptimizeResponse.fromPartial({ step: run.length });
      } finally {
        resolve();
      }
    }),
  });
  const controller = new AbortController();
  const call = openBidi(services.architect, 'optimize', { signal: controller.signal });
  await call.send(gradient(0));
  await call.next();
  const waiting = call.next();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'STOPPED' });
  await aborted;
});
