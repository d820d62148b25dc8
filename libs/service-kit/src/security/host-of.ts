import { isIP } from 'node:net';

/** The host of `host:port`, without the brackets of an IPv6 address; undefined for `unix:/path`. */
export function hostOf(address: string): string | undefined {
  if (address.startsWith('unix:')) return undefined;
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** Whether only this machine can be at the other end of an address. */
export function isLocal(address: string): boolean {
  const host = hostOf(address);
  if (host === undefined || host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** Path of a `unix:` address, else undefined. */
export function socketPath(address: string): string | undefined {
  return /^unix:(?:\/\/(?=\/))?(.+)$/.exec(address)?.[1];
}
