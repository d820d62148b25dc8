import { expect, it } from 'vitest';
import { checkHealth, waitUntilServing } from './health.js';
import { startTestServices } from './testing/start-test-services.js';

it('reports the server, each service, and a service it does not have', async () => {
  const services = await startTestServices({});
  const { address } = services.server;
  await waitUntilServing(address);
  expect(await checkHealth(address)).toBe('SERVING');
  expect(await checkHealth(address, { service: 'taskweave.v1.DataService' })).toBe('SERVING');
  expect(await checkHealth(address, { service: 'taskweave.v1.ArchitectService' })).toBe('SERVING');
  expect(await checkHealth(address, { service: 'taskweave.v1.Nothing' })).toBe('UNKNOWN');
  await services.stop();
  expect(await checkHealth(address)).toBe('UNREACHABLE');
});

it('waits for a server that starts later', async () => {
  const first = await startTestServices({});
  const { address } = first.server;
  await first.stop();
  const waiting = waitUntilServing(address);
  const second = await startTestServices({}, address);
  await waiting;
  await second.stop();
  await expect(waitUntilServing(address, 100)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
