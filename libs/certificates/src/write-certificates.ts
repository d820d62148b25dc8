import { TaskweaveError } from '@taskweave/common';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { authorityPem, createAuthority, issueIdentity, type Validity } from './issue.js';

/** The services, `nats` for the server between them, and `client` for tools and people who ask them from elsewhere. */
export const HOLDERS = [
  'architect',
  'client',
  'data-loader',
  'evaluator',
  'nats',
  'search',
  'supernet-trainer',
] as const;

/** Under these every service can be reached on its own machine. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

const DAY_MS = 86_400_000;
/** Clocks of other machines may be a little behind. */
const BACKDATED_MS = 5 * 60_000;
/** Longest validity: browsers' own limit, and long enough for any development. */
const MOST_DAYS = 397;

export interface CertificateOptions {
  /** Further host names and IP addresses of the machines that the services run on. @default [] */
  hosts?: readonly string[];
  /** Days until they expire, 1 to 397. @default 30 */
  days?: number;
  /** @default the present */
  now?: Date;
}

/** The names of the files of one folder of certificates. */
export const CERTIFICATE_FILES = {
  authority: 'ca.pem',
  certificate: (holder: string) => `${holder}.pem`,
  key: (holder: string) => `${holder}-key.pem`,
} as const;

/**
 * Makes a development CA, and a certificate with a key for every service (see {@link HOLDERS}), as PEM files in a new
 * folder. Keys can be read by their owner only. The CA's own key is never written, so nobody can issue further
 * certificates; for another host, make a new folder.
 *
 * @returns the absolute path of the folder
 * @throws TaskweaveError `CONFIG_INVALID` for a host or a number of days that makes no sense, `OUTPUT_NOT_WRITABLE`
 *   when there is something in the folder already
 */
export async function writeCertificates(folder: string, options: CertificateOptions = {}): Promise<string> {
  const { hosts = [], days = 30, now = new Date() } = options;
  for (const host of hosts) checkHost(host);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw invalid('days', String(days), `a whole number from 1 to ${MOST_DAYS}`);
  }
  const path = resolve(folder);
  const files = await pemFiles(hosts, {
    from: new Date(now.getTime() - BACKDATED_MS),
    until: new Date(now.getTime() + days * DAY_MS),
  });
  await writeNewFolder(path, files);
  return path;
}

interface PemFile {
  readonly name: string;
  readonly text: string;
  readonly secret: boolean;
}

async function pemFiles(hosts: readonly string[], validity: Validity): Promise<PemFile[]> {
  const authority = await createAuthority('Taskweave development CA', validity);
  const files: PemFile[] = [
    { name: CERTIFICATE_FILES.authority, text: authorityPem(authority), secret: false },
  ];
  for (const holder of HOLDERS) {
    const names = [...new Set([...LOCAL_HOSTS, holder, ...hosts])];
    const { certificate, key } = await issueIdentity(authority, holder, names, validity);
    files.push({ name: CERTIFICATE_FILES.certificate(holder), text: certificate, secret: false });
    files.push({ name: CERTIFICATE_FILES.key(holder), text: key, secret: true });
  }
  return files;
}

/** All files or none: they are written beside the folder, which then gets its name. An empty folder may be there. */
async function writeNewFolder(path: string, files: readonly PemFile[]): Promise<void> {
  const found = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw notWritable(path, cause.code ?? cause.message, cause);
  });
  if (found.length > 0) throw notWritable(path, `${found.length} files, e.g. ${found.sort()[0]}`);
  const unfinished = join(dirname(path), `.${basename(path)}-${process.pid}`);
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    for (const { name, text, secret } of files) {
      await writeFile(join(unfinished, name), text, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    throw notWritable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** One part of a host name, by RFC 1123. */
const LABEL = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i;

/** Names and addresses only; a pattern such as `*.example.org` would vouch for hosts that do not exist yet. */
function checkHost(host: string): void {
  const isName = host.length <= 253 && host.split('.').every((label) => LABEL.test(label));
  if (isIP(host) !== 0 || isName) return;
  throw invalid('hosts', host, 'a host name such as trainer-1.example.org, or an IP address');
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'These certificates cannot be made.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}

function notWritable(path: string, found: string, cause?: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'OUTPUT_NOT_WRITABLE',
      message: 'The folder of certificates cannot be written.',
      subject: path,
      found,
      expected: 'a folder that is new or empty; nothing is overwritten',
      action: 'Choose another folder, or remove this one if its certificates are no longer used.',
    },
    { cause },
  );
}
