import { TaskweaveError } from '@taskweave/common';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { natsTls } from './tls.js';

/** Where a NATS server is and how to get in. */
export interface NatsAddress {
  /** For people: without passwords. */
  readonly shown: string;
  readonly options: Pick<NodeConnectionOptions, 'servers' | 'user' | 'pass' | 'tls'>;
}

/**
 * Reads `nats://[user:password@]host[:port]`, or `tls://...`; several with commas between them are servers of one
 * cluster, entered with what the first one says.
 *
 * @throws TaskweaveError `CONFIG_INVALID`; for `tls://` what {@link natsTls} throws
 */
export function parseNatsUrl(text: string): NatsAddress {
  const urls = text.split(',').map(parseOne);
  const { username, password, protocol } = urls[0]!;
  return {
    shown: urls.map(({ protocol, host }) => `${protocol}//${host}`).join(','),
    options: {
      servers: urls.map(({ host }) => host),
      ...(username !== '' && { user: decodeURIComponent(username) }),
      ...(password !== '' && { pass: decodeURIComponent(password) }),
      ...(protocol === 'tls:' && { tls: natsTls() }),
    },
  };
}

function parseOne(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const known = url !== undefined && (url.protocol === 'nats:' || url.protocol === 'tls:');
  if (known && url.hostname !== '' && (url.pathname === '' || url.pathname === '/')) return url;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Not the URL of a NATS server.',
    subject: 'TASKWEAVE_NATS_URL',
    // It may hold a password.
    found: JSON.stringify(text.replace(/\/\/[^@]*@/g, '//***@')),
    expected: 'nats://host:port or tls://host:port',
    action: 'Set it to e.g. nats://127.0.0.1:4222, or unset it to do without a server.',
  });
}
