import { TaskweaveError } from '@taskweave/common';
import { checkHealth, useCertificateFolder } from '@taskweave/service-kit';
import { resolve } from 'node:path';

export interface HealthCliOptions {
  /** Milliseconds to wait for an answer. */
  timeout: number;
  /** Folder of certificates. */
  tls?: string;
}

/** Where `taskweave serve` listens, and the port that the services have in `deploy/`. */
const DEFAULT_ADDRESS = '127.0.0.1:7400';

/**
 * `taskweave health`: asks one server by the standard protocol, for probes of whatever supervises it. A server with mutual TLS
 * answers nobody without a certificate, so probes that open a connection themselves cannot ask it.
 *
 * @throws TaskweaveError `SERVICE_UNAVAILABLE` unless it says SERVING; `CONFIG_INVALID` for no address or a number that is none
 */
export async function health(given: string | undefined, { timeout, tls }: HealthCliOptions): Promise<void> {
  const address = given ?? ownAddress(process.env['TASKWEAVE_ADDRESS'] ?? DEFAULT_ADDRESS);
  if (!/^(\[[^\]\s]+\]|[^\s:/]+):\d{1,5}$|^unix:\/\S+$/.test(address)) {
    throw invalid('address', address, 'host:port or unix:/path');
  }
  if (!(timeout > 0 && timeout <= 60_000)) {
    throw invalid('--timeout', String(timeout), 'milliseconds, at most 60000');
  }
  if (tls !== undefined) useCertificateFolder(resolve(tls));
  const found = await checkHealth(address, { timeoutMs: timeout });
  if (found !== 'SERVING') {
    throw new TaskweaveError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The server does not serve.',
      subject: address,
      found,
      expected: 'SERVING',
    });
  }
  process.stdout.write(`${address} ${found}\n`);
}

/** How this machine reaches a server of its own that listens at an address: certificates are for `localhost`, not for `0.0.0.0`. */
function ownAddress(listening: string): string {
  return listening.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, 'localhost');
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The health of this cannot be asked.';
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message,
    subject,
    found: JSON.stringify(found),
    expected,
  });
}
