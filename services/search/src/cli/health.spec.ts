import { writeCertificates } from '@taskweave/certificates';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../testing/cli.js';
import { startProgram, type Started } from '../testing/cluster.js';

let folder: string;
let server: Started;
let port: string;
let environment: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-health-'));
  const certificates = await writeCertificates(join(folder, 'certificates'));
  environment = {
    TASKWEAVE_TLS_CA: join(certificates, 'ca.pem'),
    TASKWEAVE_TLS_CERT: join(certificates, 'architect.pem'),
    TASKWEAVE_TLS_KEY: join(certificates, 'architect-key.pem'),
  };
  server = await startProgram('architect', folder, { ...environment, TASKWEAVE_ADDRESS: '0.0.0.0:0' });
  port = server.address.split(':')[1]!;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('is asked of the server of this machine, with the certificate that it has itself', async () => {
  const found = await cli(['health'], folder, { ...environment, TASKWEAVE_ADDRESS: `0.0.0.0:${port}` });
  expect(found).toEqual({ code: 0, stdout: `localhost:${port} SERVING\n`, stderr: '' });
});

it('is not told without one, nor by nobody', async () => {
  const found = await cli(['health', `127.0.0.1:${port}`], folder);
  expect(found).toMatchObject({ code: 1, stdout: '' });
  expect(found.stderr).toMatch(/^error SERVICE_UNAVAILABLE: .*\n.*\n.*UNREACHABLE/);
});

it.each([[['nowhere']], [['localhost:1', '--timeout', 'soon']], [['localhost:1', '--timeout', '0']]])(
  'cannot be asked with %j',
  async (args) => {
    const found = await cli(['health', ...args], folder);
    expect(found).toMatchObject({ code: 2, stdout: '' });
    expect(found.stderr).toMatch(/^error CONFIG_INVALID: /);
  },
);
