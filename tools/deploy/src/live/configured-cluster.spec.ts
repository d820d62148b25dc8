import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderOverlay } from '../kubernetes/render.js';
import { ConfiguredCluster } from './configured-cluster.js';

let cluster: ConfiguredCluster;
beforeAll(async () => {
  cluster = await ConfiguredCluster.start(await renderOverlay('laptop'));
});
afterAll(() => cluster?.stop());

it('services with the environment of their pods find each other by mutual TLS, and see a search to its end', async () => {
  await cluster.probe();
  const submitted = await cluster.taskweave(
    'submit',
    '--json',
    '--preset=multi-mnist-smoke',
    '--steps=2',
    '--set=data.batchSize=8',
    '--set=engine.threads=1',
    '--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: 40}',
  );
  const { run } = JSON.parse(submitted) as { run: string };
  const watched = await cluster
    .taskweave('watch', run, '--json')
    .catch((thrown: Error) => thrown.message + cluster.log);
  expect(watched).toContain('"state":"completed"');
});
