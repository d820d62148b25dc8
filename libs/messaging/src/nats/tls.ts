import { TaskweaveError } from '@taskweave/common';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { accessSync, constants } from 'node:fs';

/**
 * Environment variables with PEM files for servers of `tls://`: the authority that the server's certificate is checked
 * against, beside which the system's count no more; and, where the server asks for one, a certificate and its key.
 */
export const NATS_TLS_VARIABLES = {
  caFile: 'TASKWEAVE_NATS_CA',
  certFile: 'TASKWEAVE_NATS_CERT',
  keyFile: 'TASKWEAVE_NATS_KEY',
} as const;

/**
 * What the environment says of TLS to NATS servers.
 *
 * @throws TaskweaveError `FILE_MISSING` for a file that cannot be read, `CONFIG_INVALID` for a certificate without its key
 */
export function natsTls(): NonNullable<NodeConnectionOptions['tls']> {
  const named = Object.entries(NATS_TLS_VARIABLES)
    .map(([option, variable]) => ({ option, variable, file: process.env[variable] ?? '' }))
    .filter(({ file }) => file !== '');
  for (const { variable, file } of named) {
    try {
      accessSync(file, constants.R_OK);
    } catch (cause) {
      const message = `The file of ${variable} cannot be read.`;
      throw new TaskweaveError({ code: 'FILE_MISSING', message, subject: file }, { cause });
    }
  }
  const files = Object.fromEntries(named.map(({ option, file }) => [option, file]));
  if ('certFile' in files === 'keyFile' in files) return files;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'A certificate for NATS servers and its key belong together.',
    subject: 'certFile' in files ? NATS_TLS_VARIABLES.keyFile : NATS_TLS_VARIABLES.certFile,
    found: 'nothing',
    expected: 'a PEM file',
  });
}
