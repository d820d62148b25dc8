import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CERTIFICATE_FILES, HOLDERS, writeCertificates } from './write-certificates.js';

const NOW = new Date('2026-01-31T12:00:00Z');

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'taskweave-certificates-'));
});
afterAll(() => rm(parent, { recursive: true }));

async function certificate(folder: string, file: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(join(folder, file)));
}

describe('writeCertificates', () => {
  let folder: string;
  beforeAll(async () => {
    const hosts = ['trainer-1.example.org', '192.0.2.7', '2001:db8::7'];
    folder = await writeCertificates(join(parent, 'new', 'folder'), { hosts, days: 3, now: NOW });
  });

  it('gives every service a certificate of one authority, for its hosts and its own key', async () => {
    const authority = await certificate(folder, CERTIFICATE_FILES.authority);
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    for (const holder of HOLDERS) {
      const own = await certificate(folder, CERTIFICATE_FILES.certificate(holder));
      const key = createPrivateKey(await readFile(join(folder, CERTIFICATE_FILES.key(holder))));
      expect(own.subject).toBe(`CN=${holder}`);
      expect(own.ca).toBe(false);
      expect(own.checkIssued(authority) && own.verify(authority.publicKey)).toBe(true);
      expect(own.checkPrivateKey(key)).toBe(true);
      expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
      for (const host of ['localhost', holder, 'trainer-1.example.org']) {
        expect(own.checkHost(host)).toBe(host);
      }
      for (const ip of ['127.0.0.1', '192.0.2.7', '2001:db8::7']) expect(own.checkIP(ip)).toBe(ip);
      expect(own.checkHost('trainer-2.example.org')).toBeUndefined();
      // Server and client: services are both.
      expect(own.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    }
  });

  it('lets them expire', async () => {
    for (const file of [CERTIFICATE_FILES.authority, CERTIFICATE_FILES.certificate('search')]) {
      const { validFrom, validTo } = await certificate(folder, file);
      expect(new Date(validFrom)).toEqual(new Date('2026-01-31T11:55:00Z'));
      expect(new Date(validTo)).toEqual(new Date('2026-02-03T12:00:00Z'));
    }
  });

  it("keeps keys to their owner and the authority's key to nobody", async () => {
    const files = await readdir(folder);
    expect(files).toHaveLength(1 + 2 * HOLDERS.length);
    const keys = files.filter((file) => file.endsWith('-key.pem'));
    expect(keys).toHaveLength(HOLDERS.length);
    for (const file of keys) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect(files).not.toContain('ca-key.pem');
    expect((await readdir(join(parent, 'new'))).sort()).toEqual(['folder']);
  });

  it('overwrites nothing', async () => {
    const before = await readFile(join(folder, 'search-key.pem'), 'utf8');
    await expect(writeCertificates(folder)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      subject: folder,
    });
    expect(await readFile(join(folder, 'search-key.pem'), 'utf8')).toBe(before);

    const file = join(parent, 'file');
    await writeFile(file, 'mine');
    await expect(writeCertificates(file)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('may fill an empty folder', async () => {
    const empty = join(parent, 'empty');
    await mkdir(empty);
    expect(await writeCertificates(empty)).toBe(empty);
    expect(await readdir(empty)).toContain('ca.pem');
  });

  it.each(['', '*.example.org', 'a b', '-a', 'x'.repeat(64), '10.0.0.1:7100', 'a\nb'])(
    'refuses the host %j',
    async (host) => {
      const path = join(parent, 'refused');
      await expect(writeCertificates(path, { hosts: [host] })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        subject: 'hosts',
        found: host,
      });
      await expect(readdir(path)).rejects.toThrow('ENOENT');
    },
  );

  it.each([0, 1.5, 398, NaN])('refuses %s days', async (days) => {
    await expect(writeCertificates(join(parent, 'refused'), { days })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'days',
    });
  });
});
