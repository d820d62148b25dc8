import { ServerCredentials, credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  type ConnectionOptions,
  type PeerCertificate,
} from 'node:tls';
import { hostOf, isLocal } from './host-of.js';
import { TLS_VARIABLES, readTlsSettings } from './tls-settings.js';

/** Set to `1` it permits connections without TLS beyond this machine, for networks that are protected otherwise. */
export const ALLOW_PLAINTEXT = 'TASKWEAVE_ALLOW_PLAINTEXT';

const LEAST_TLS = 'TLSv1.2';

/**
 * How a server proves itself and whom it lets in: with TLS on, only clients with a certificate of the authority.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for an address beyond loopback without TLS, and what reading the files throws
 */
export function serverCredentials(address: string): ServerCredentials {
  const tls = readTlsSettings();
  if (tls === undefined) {
    refusePlaintext(address, 'listen on');
    return ServerCredentials.createInsecure();
  }
  const pair = { private_key: tls.key, cert_chain: tls.certificate };
  return ServerCredentials.createSsl(tls.ca, [pair], true);
}

/** Credentials of a channel, and the options that belong to them. */
export interface ChannelSecurity {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
  /** The same for a plain TLS connection; undefined without TLS. */
  readonly tls: ConnectionOptions | undefined;
}

/**
 * How a client proves itself and what it demands of the server: with TLS on, a certificate of the authority for the very
 * host of the address (for `unix:/path`, localhost).
 *
 * @throws TaskweaveError like {@link serverCredentials}
 */
export function channelSecurity(address: string): ChannelSecurity {
  const tls = readTlsSettings();
  if (tls === undefined) {
    refusePlaintext(address, 'call');
    return { credentials: credentials.createInsecure(), options: {}, tls: undefined };
  }
  const host = hostOf(address) ?? 'localhost';
  const context = createSecureContext({
    ca: tls.ca,
    cert: tls.certificate,
    key: tls.key,
    minVersion: LEAST_TLS,
  });
  const checks = {
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot turn the check off.
    rejectUnauthorized: true,
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      checkServerIdentity(host, certificate),
  };
  // An IP address must not be sent as the server's name (RFC 6066); the check above is of the address all the same.
  const servername = isIP(host) === 0 ? host : 'localhost';
  return {
    credentials: credentials.createFromSecureContext(context, checks),
    options: { 'grpc.ssl_target_name_override': servername },
    tls: { ...checks, secureContext: context, servername, ALPNProtocols: ['h2'] },
  };
}

function refusePlaintext(address: string, what: 'listen on' | 'call'): void {
  if (isLocal(address) || process.env[ALLOW_PLAINTEXT] === '1') return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `Taskweave does not ${what} an address beyond this machine without TLS.`,
    subject: address,
    found: 'no TLS',
    expected: `a loopback address, unix:/path, or files in ${Object.values(TLS_VARIABLES).join(', ')}`,
    action:
      'Make certificates with: taskweave certificates --out certificates. ' +
      `If the network is protected otherwise, set ${ALLOW_PLAINTEXT}=1.`,
  });
}
