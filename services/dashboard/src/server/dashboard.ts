import { getRequestListener } from '@hono/node-server';
import { TaskweaveError } from '@taskweave/common';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { isLoopback, listenAddress, tokenFor } from './settings.js';

/** Which port it takes unless told otherwise: the first of these that is free. */
const DEFAULT_PORT = 7420;
const PORTS_TRIED = 20;

export interface DashboardOptions {
  /** Folder that holds the runs; need not exist yet. */
  readonly output: string;
  /** Unless given where `TASKWEAVE_DASHBOARD_ADDRESS` says, else 127.0.0.1. */
  readonly host?: string;
  /** 0 for any; unless given the first free one from 7420 on. */
  readonly port?: number;
}

export interface Dashboard {
  /** Of the page, e.g. `http://127.0.0.1:7420/`. */
  readonly url: string;
  /** Ends at once, whoever is connected. */
  stop(): Promise<void>;
}

/**
 * Serves the page of the runs in a folder.
 *
 * @throws TaskweaveError `CONFIG_INVALID` beyond loopback without a token, `ADDRESS_IN_USE`
 */
export async function startDashboard({ output, ...given }: DashboardOptions): Promise<Dashboard> {
  const { host, port } = listenAddress(given.host, given.port);
  const token = tokenFor(host);
  const stop = new AbortController();
  const app = createApp({ output: resolve(output), host, token, stop: stop.signal });
  const server = createServer(getRequestListener(app.fetch));
  await listen(server, host, port);
  const { address, port: bound } = server.address() as AddressInfo;
  const shown = isLoopback(host) ? host : address;
  return {
    url: `http://${shown.includes(':') && !shown.startsWith('[') ? `[${shown}]` : shown}:${bound}/`,
    stop: () =>
      new Promise((stopped) => {
        stop.abort();
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, host: string, port: number | undefined): Promise<void> {
  const first = port ?? DEFAULT_PORT;
  const last = port === undefined ? first + PORTS_TRIED - 1 : first;
  for (let tried = first; ; tried++) {
    try {
      return await listenOn(server, host, tried);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && tried < last) continue;
      throw new TaskweaveError(
        {
          code: 'ADDRESS_IN_USE',
          message: `The dashboard cannot listen on ${host}:${tried}.`,
          subject: '--port',
          found: code ?? String(cause),
          expected: 'a free port of this machine',
          action: 'Choose another with --port, or 0 for any.',
        },
        { cause },
      );
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((listening, failed) => {
    const fail = (error: Error): void => failed(error);
    server.once('error', fail);
    server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => {
      server.off('error', fail);
      listening();
    });
  });
}
