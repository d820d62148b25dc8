import { TaskweaveError } from '@taskweave/common';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processName } from './process-name.js';

/**
 * Environment variables that turn mutual TLS on, all three or none: PEM files with the certificates of the authority
 * that peers are checked against, with this process's certificate, and with its key. `{service}` in a path stands for
 * the name of the process's service, so that the same values serve all services of a machine.
 */
export const TLS_VARIABLES = {
  ca: 'TASKWEAVE_TLS_CA',
  certificate: 'TASKWEAVE_TLS_CERT',
  key: 'TASKWEAVE_TLS_KEY',
} as const;

/** What mutual TLS takes: PEM. */
export interface TlsSettings {
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Sets the environment to the files of a folder that `taskweave certificates` made, for this process and its children. */
export function useCertificateFolder(folder: string): void {
  process.env[TLS_VARIABLES.ca] = join(folder, 'ca.pem');
  process.env[TLS_VARIABLES.certificate] = join(folder, '{service}.pem');
  process.env[TLS_VARIABLES.key] = join(folder, '{service}-key.pem');
}

/** Whether the environment asks for mutual TLS. */
export function tlsIsOn(): boolean {
  return Object.values(TLS_VARIABLES).some((variable) => (process.env[variable] ?? '') !== '');
}

/**
 * The files that the environment names, read now: a process that is started again finds renewed certificates.
 *
 * @returns undefined when TLS is off
 * @throws TaskweaveError `CONFIG_INVALID` when only some are named, when key and certificate are not of one pair or the
 *   certificate does not count at present; `FILE_MISSING`, `FILE_DAMAGED`
 */
export function readTlsSettings(): TlsSettings | undefined {
  if (!tlsIsOn()) return undefined;
  const [ca, certificate, key] = [
    readPem(TLS_VARIABLES.ca, (pem) => new X509Certificate(pem)),
    readPem(TLS_VARIABLES.certificate, (pem) => new X509Certificate(pem)),
    readPem(TLS_VARIABLES.key, (pem) => createPrivateKey(pem)),
  ];
  checkValidity(certificate.path, certificate.parsed);
  checkValidity(ca.path, ca.parsed);
  if (!certificate.parsed.checkPrivateKey(key.parsed)) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The key is not that of the certificate.',
      subject: key.path,
      expected: `the key of ${certificate.path}`,
    });
  }
  return { ca: ca.pem, certificate: certificate.pem, key: key.pem };
}

interface PemFile<T> {
  readonly path: string;
  readonly pem: Buffer;
  readonly parsed: T;
}

function readPem<T>(variable: string, parse: (pem: Buffer) => T): PemFile<T> {
  const path = (process.env[variable] ?? '').replaceAll('{service}', processName());
  if (path === '') {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'Mutual TLS needs three files, and not all are named.',
      subject: variable,
      found: 'nothing',
      expected: `paths in all of ${Object.values(TLS_VARIABLES).join(', ')}, or in none`,
      action: 'Make the files with: taskweave certificates --out certificates',
    });
  }
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (cause) {
    throw fileError('FILE_MISSING', variable, path, (cause as NodeJS.ErrnoException).code ?? '', cause);
  }
  try {
    return { path, pem, parsed: parse(pem) };
  } catch (cause) {
    throw fileError('FILE_DAMAGED', variable, path, 'something else', cause);
  }
}

function fileError(
  code: 'FILE_MISSING' | 'FILE_DAMAGED',
  variable: string,
  path: string,
  found: string,
  cause: unknown,
): TaskweaveError {
  return new TaskweaveError(
    {
      code,
      message: `The file that ${variable} names cannot be used.`,
      subject: path,
      found,
      expected:
        variable === TLS_VARIABLES.key ? 'a private key as PEM, without password' : 'a certificate as PEM',
      action: 'Make the files with: taskweave certificates --out certificates',
    },
    { cause },
  );
}

function checkValidity(path: string, { validFrom, validTo }: X509Certificate): void {
  const now = Date.now();
  if (now >= Date.parse(validFrom) && now <= Date.parse(validTo)) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The certificate does not count at present.',
    subject: path,
    found: `valid from ${validFrom} to ${validTo}`,
    expected: `valid at ${new Date(now).toISOString()}`,
    action: 'Make new ones with: taskweave certificates --out new-certificates',
  });
}
