import { TaskweaveError } from '@taskweave/common';
import { hostname } from 'node:os';
import { hostOf } from './security/host-of.js';
import type { RunningService } from './service.js';

/** What a service process is called among the others of its kind; its host's name and its process id unless given. */
export const MEMBER_VARIABLE = 'TASKWEAVE_MEMBER';
/** Where others reach it: `host`, `host:port` or `unix:/path`; where it listens unless given. */
export const ADVERTISE_VARIABLE = 'TASKWEAVE_ADVERTISE';

/** A service that others find by the state store of its cluster. */
export interface Announcement {
  /** For people. */
  readonly description: string;
  /** Others do not count on it any more. */
  leave(): Promise<void>;
}

/**
 * Announces a service where the NATS server keeps the members of a cluster, if the environment names one.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for a name or an address that is none, `SERVICE_UNAVAILABLE` when no NATS server
 *   answers
 */
export async function announce({
  name: service,
  address,
}: RunningService): Promise<Announcement | undefined> {
  // Loaded by services that stand alone only: those that others start need no NATS.
  const { Membership, NATS_URL_VARIABLE, openMessaging } = await import('@taskweave/messaging');
  if ((process.env[NATS_URL_VARIABLE] ?? '') === '') return undefined;
  const name = valueOf(MEMBER_VARIABLE) ?? `${hostname()}-${process.pid}`.replace(/[^A-Za-z0-9_-]/g, '-');
  const advertised = advertisedAddress(address, valueOf(ADVERTISE_VARIABLE));
  const messaging = await openMessaging('');
  try {
    const membership = await Membership.announce(messaging.state, { service, name, address: advertised });
    return {
      description: `announced as ${name} at ${advertised} (${messaging.description})`,
      async leave() {
        await membership.leave();
        await messaging.close();
      },
    };
  } catch (thrown) {
    await messaging.close();
    throw thrown;
  }
}

function valueOf(variable: string): string | undefined {
  const value = process.env[variable] ?? '';
  return value === '' ? undefined : value;
}

/** @param listening with its port filled in */
export function advertisedAddress(listening: string, wanted: string | undefined): string {
  const port = /:\d+$/.exec(listening)?.[0] ?? '';
  if (wanted === undefined) {
    const host = hostOf(listening);
    return host === '0.0.0.0' || host === '::' ? `${hostname()}${port}` : listening;
  }
  const isWhole =
    wanted.startsWith('unix:/') || /^[^\s:/]+:\d+$/.test(wanted) || /^\[[^\]\s]+\]:\d+$/.test(wanted);
  if (isWhole) return wanted;
  if (/^[^\s:/]+$/.test(wanted) && port !== '') return `${wanted}${port}`;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Others cannot reach a service at this address.',
    subject: ADVERTISE_VARIABLE,
    found: wanted,
    expected: 'host, host:port or unix:/path',
  });
}
