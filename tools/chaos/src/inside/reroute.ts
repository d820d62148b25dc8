import { Server, Socket, type AddressInfo, type SocketConnectOpts } from 'node:net';
import type { Opening } from './lab-messages.js';

type Connect = (this: Socket, ...args: unknown[]) => Socket;

/**
 * Sends every TCP connection of this process to a port of this machine through the laboratory, which carries it there,
 * delays it or holds it up.
 */
export function rerouteConnections(labPort: number): void {
  const connect = Reflect.get(Socket.prototype, 'connect') as Connect;
  const rerouted: Connect = function (...args) {
    // Node's own callers hand over their arguments as one list.
    const given = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    const options = optionsOf(given);
    if (!('port' in options) || !isLoopback(options.host) || options.port === labPort) {
      return connect.apply(this, args);
    }
    const { port } = options;
    const listener = given.find((arg) => typeof arg === 'function');
    connect.call(this, { ...options, host: '127.0.0.1', port: labPort }, listener);
    const opening: Opening = { kind: 'link', pid: process.pid, port };
    // Written before anything else, as nobody has the socket yet.
    this.write(`${JSON.stringify(opening)}\n`);
    return this;
  };
  Reflect.set(Socket.prototype, 'connect', rerouted);
}

/** Tells of every port that this process listens on. */
export function watchListening(tell: (port: number) => void): void {
  const listen = Reflect.get(Server.prototype, 'listen') as (this: Server, ...args: unknown[]) => Server;
  Reflect.set(Server.prototype, 'listen', function (this: Server, ...args: unknown[]) {
    this.once('listening', () => {
      const address = this.address() as AddressInfo | string | null;
      if (address !== null && typeof address === 'object') tell(address.port);
    });
    return listen.apply(this, args);
  });
}

/** Options, or port and host. */
function optionsOf([first, second]: readonly unknown[]): SocketConnectOpts {
  if (typeof first === 'object' && first !== null) return first as SocketConnectOpts;
  return { port: Number(first), ...(typeof second === 'string' && { host: second }) };
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || host === 'localhost' || host === '::1' || host.startsWith('127.');
}
