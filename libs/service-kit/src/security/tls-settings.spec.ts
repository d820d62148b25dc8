import { authorityPem, createAuthority, issueIdentity } from '@taskweave/certificates';
import { DataServiceClient } from '@taskweave/contracts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../connection.js';
import { startServer } from '../server.js';
import { ALLOW_PLAINTEXT } from './credentials.js';
import { nameProcess } from './process-name.js';
import { TLS_VARIABLES, readTlsSettings, tlsIsOn, useCertificateFolder } from './tls-settings.js';

const DAY_MS = 86_400_000;
const validity = { from: new Date(Date.now() - 2 * DAY_MS), until: new Date(Date.now() + DAY_MS) };
const past = { from: validity.from, until: new Date(Date.now() - DAY_MS) };

let files: Record<string, string>;
beforeAll(async () => {
  const authority = await createAuthority('test', validity);
  const one = await issueIdentity(authority, 'one', ['localhost'], validity);
  const two = await issueIdentity(authority, 'two', ['localhost'], validity);
  const old = await issueIdentity(authority, 'old', ['localhost'], past);
  files = {
    'ca.pem': authorityPem(authority),
    'one.pem': one.certificate,
    'one-key.pem': one.key,
    'two.pem': two.certificate,
    'two-key.pem': two.key,
    'old.pem': old.certificate,
    'old-key.pem': old.key,
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-tls-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterEach(() => {
  for (const variable of [...Object.values(TLS_VARIABLES), ALLOW_PLAINTEXT]) delete process.env[variable];
  nameProcess('client');
  rmSync(folder, { recursive: true });
});

describe('settings', () => {
  it('are off by default', () => {
    expect(tlsIsOn()).toBe(false);
    expect(readTlsSettings()).toBeUndefined();
  });

  it("name each service's own files", () => {
    useCertificateFolder(folder);
    for (const service of ['one', 'two']) {
      nameProcess(service);
      expect(readTlsSettings()?.certificate.toString()).toBe(files[`${service}.pem`]);
      expect(readTlsSettings()?.key.toString()).toBe(files[`${service}-key.pem`]);
    }
  });

  it.each(Object.values(TLS_VARIABLES))('are refused without %s', (variable) => {
    useCertificateFolder(folder);
    nameProcess('one');
    process.env[variable] = '';
    expect(readTlsSettings).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', subject: variable }));
  });

  it.each([
    ['a missing file', 'nobody', 'FILE_MISSING', 'nobody.pem'],
    ['an expired certificate', 'old', 'CONFIG_INVALID', 'old.pem'],
  ])('are refused with %s', (_what, service, code, file) => {
    useCertificateFolder(folder);
    nameProcess(service);
    expect(readTlsSettings).toThrow(expect.objectContaining({ code, subject: join(folder, file) }));
  });

  it.each([
    ['something else than PEM', 'one-key.pem', () => 'hello', 'FILE_DAMAGED'],
    ["another certificate's key", 'one-key.pem', () => files['two-key.pem']!, 'CONFIG_INVALID'],
    ['a truncated certificate', 'one.pem', () => files['one.pem']!.slice(0, 300), 'FILE_DAMAGED'],
  ])('are refused with %s', (_what, file, text, code) => {
    useCertificateFolder(folder);
    nameProcess('one');
    writeFileSync(join(folder, file), text());
    expect(readTlsSettings).toThrow(expect.objectContaining({ code, subject: join(folder, file) }));
  });
});

describe('an address beyond this machine', () => {
  const start = (): ReturnType<typeof startServer> =>
    startServer({ name: 'test', services: [], address: '0.0.0.0:0' });

  it('is neither listened on nor called without TLS', async () => {
    await expect(start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: '0.0.0.0:0',
      found: 'no TLS',
      action: expect.stringContaining('taskweave certificates') as string,
    });
    expect(() => connect(DataServiceClient, '192.0.2.1:1', { name: 'data-loader' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: '192.0.2.1:1' }),
    );
  });

  it('is listened on with TLS', async () => {
    useCertificateFolder(folder);
    nameProcess('one');
    const server = await start();
    expect(server.address).toMatch(/^0\.0\.0\.0:[1-9]/);
    await server.stop();
  });

  it('is listened on without TLS when that is asked for', async () => {
    process.env[ALLOW_PLAINTEXT] = 'yes';
    await expect(start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    process.env[ALLOW_PLAINTEXT] = '1';
    await (await start()).stop();
  });
});
