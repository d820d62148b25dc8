import type { Server, ServerCredentials } from '@grpc/grpc-js';
import { TaskweaveError } from '@taskweave/common';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { socketPath } from './security/host-of.js';

/** True when nobody listens on a socket file: its owner was killed and could not remove it. */
function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function bindOnce(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

function bindError(address: string, cause: unknown): TaskweaveError {
  const found = cause instanceof Error ? cause.message : String(cause);
  if (found.includes('EADDRINUSE')) {
    return new TaskweaveError(
      {
        code: 'ADDRESS_IN_USE',
        message: `Something already listens on ${address}.`,
        subject: address,
        action: 'Choose another port, or port 0 for any free one, or stop what listens there.',
      },
      { cause },
    );
  }
  return new TaskweaveError(
    {
      code: 'CONFIG_INVALID',
      message: `Cannot listen on ${address}.`,
      subject: address,
      found: /E[A-Z]{3,}/.exec(found)?.[0] ?? found,
      expected:
        'host:port with a host of this machine and a permitted port, or unix:/path in a writable folder',
    },
    { cause },
  );
}

/**
 * Binds a server. A socket file that a killed process left behind is replaced; one that is in use is not.
 *
 * @returns the address with the actual port
 * @throws TaskweaveError `ADDRESS_IN_USE` or `CONFIG_INVALID`
 */
export async function bind(server: Server, address: string, credentials: ServerCredentials): Promise<string> {
  const path = socketPath(address);
  if (path !== undefined && (await isStale(path))) await rm(path, { force: true });
  try {
    const port = await bindOnce(server, address, credentials);
    return path === undefined ? address.replace(/:\d+$/, `:${port}`) : address;
  } catch (cause) {
    throw bindError(address, cause);
  }
}
