import { TaskweaveError } from '@taskweave/common';
import { authorityPem, createAuthority, issueIdentity, type Authority } from '@taskweave/certificates';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { NatsServer } from '../testing/nats-server.js';
import { Connection } from './connection.js';
import { NATS_TLS_VARIABLES } from './tls.js';

const VALIDITY = { from: new Date('2020-01-01'), until: new Date('2120-01-01') };
let folder: string;
let server: NatsServer;

const file = (name: string): string => join(folder, `${name}.pem`);

/** Writes a certificate of an authority, and its key. */
async function issue(authority: Authority, name: string, validity = VALIDITY): Promise<void> {
  const { certificate, key } = await issueIdentity(authority, name, ['localhost'], validity);
  writeFileSync(file(name), certificate);
  writeFileSync(file(`${name}-key`), key);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-nats-tls-'));
  const [ours, other] = [await createAuthority('ours', VALIDITY), await createAuthority('other', VALIDITY)];
  writeFileSync(file('ca'), authorityPem(ours));
  writeFileSync(file('other-ca'), authorityPem(other));
  await issue(ours, 'server');
  await issue(ours, 'client');
  await issue(ours, 'expired', { from: VALIDITY.from, until: new Date('2021-01-01') });
  await issue(other, 'stranger');
  server = await NatsServer.start(
    ...[
      '--tlsverify',
      '--tlscacert',
      file('ca'),
      '--tlscert',
      file('server'),
      '--tlskey',
      file('server-key'),
    ],
    ...['--user', 'me', '--pass', 'secret'],
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const variable of Object.values(NATS_TLS_VARIABLES)) delete process.env[variable];
});

/** Tries to connect; the code of the error, or `connected`. */
async function open(ca: string, name: string, user = 'me:secret'): Promise<string> {
  if (ca !== '') process.env[NATS_TLS_VARIABLES.caFile] = file(ca);
  if (name !== '') {
    process.env[NATS_TLS_VARIABLES.certFile] = file(name);
    process.env[NATS_TLS_VARIABLES.keyFile] = file(`${name}-key`);
  }
  try {
    const connection = await Connection.open(`tls://${user}@localhost:${server.port}`);
    await connection.close();
    return 'connected';
  } catch (error) {
    const { code, message, found } = TaskweaveError.from(error);
    expect(`${message} ${found}`).not.toContain('secret');
    return code;
  }
}

it('a server that asks for a certificate and a password lets in who has both, and nobody else', async () => {
  expect(await open('ca', 'client')).toBe('connected');
  expect(await open('ca', 'client', 'me:wrong')).toBe('SERVICE_UNAVAILABLE');
  expect(await open('ca', 'expired')).toBe('SERVICE_UNAVAILABLE');
  expect(await open('ca', 'stranger')).toBe('SERVICE_UNAVAILABLE');
});

it('no certificate is not enough', async () => {
  expect(await open('ca', '')).toBe('SERVICE_UNAVAILABLE');
});

it('a server of another authority is not talked to', async () => {
  expect(await open('other-ca', 'client')).toBe('SERVICE_UNAVAILABLE');
});

it('files that are missing, or only half of what belongs together, are told by variable', async () => {
  expect(await open('nowhere', '')).toBe('FILE_MISSING');
  process.env[NATS_TLS_VARIABLES.keyFile] = file('client-key');
  expect(await open('ca', '')).toBe('CONFIG_INVALID');
});
