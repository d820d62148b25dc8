import { TaskweaveError } from '@taskweave/common';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Name the token that a dashboard asks for, a file that holds it, and where it listens. */
const TOKEN_VARIABLE = 'TASKWEAVE_DASHBOARD_TOKEN';
const TOKEN_FILE_VARIABLE = 'TASKWEAVE_DASHBOARD_TOKEN_FILE';
const ADDRESS_VARIABLE = 'TASKWEAVE_DASHBOARD_ADDRESS';

/** Shorter ones can be found by trying. */
const SHORTEST_TOKEN = 16;

type Environment = Readonly<Record<string, string | undefined>>;

export interface ListenAddress {
  readonly host: string;
  /** Any free one for 0; not given, one that is found. */
  readonly port: number | undefined;
}

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Where a dashboard listens: where it is told to, else where `TASKWEAVE_DASHBOARD_ADDRESS` (`host:port`) says, else on loopback.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function listenAddress(
  host: string | undefined,
  port: number | undefined,
  environment: Environment = process.env,
): ListenAddress {
  const given = environment[ADDRESS_VARIABLE] ?? '';
  const [, named, digits] = /^(\[[^\]]+\]|[^:\s]+):(\d{1,5})$/.exec(given) ?? [];
  if (given !== '' && (named === undefined || Number(digits) > 65_535)) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The address of the dashboard is none.',
      subject: ADDRESS_VARIABLE,
      found: given,
      expected: 'host:port, such as 127.0.0.1:7420',
    });
  }
  return {
    host: host ?? named ?? '127.0.0.1',
    port: port ?? (host === undefined && digits !== undefined ? Number(digits) : undefined),
  };
}

/**
 * The token that a dashboard on this host asks for, if any: that of the environment.
 *
 * @throws TaskweaveError `CONFIG_INVALID` beyond loopback without one, or for one that is too short; `FILE_MISSING`
 */
export function tokenFor(host: string, environment: Environment = process.env): string | undefined {
  const given = tokenIn(environment);
  const missing = given === undefined && !isLoopback(host);
  if (!missing && (given === undefined || given.length >= SHORTEST_TOKEN)) return given;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: missing
      ? 'A dashboard that others can reach needs a token.'
      : 'The token of the dashboard is too short to keep anybody out.',
    subject: missing ? '--host' : TOKEN_VARIABLE,
    found: missing ? host : `${given!.length} characters`,
    expected: missing ? 'a loopback address, or a token' : `at least ${SHORTEST_TOKEN} characters`,
    action: `Set ${TOKEN_VARIABLE}, for example to the output of: openssl rand -hex 16`,
  });
}

function tokenIn(environment: Environment): string | undefined {
  const path = environment[TOKEN_FILE_VARIABLE] ?? '';
  const token = environment[TOKEN_VARIABLE] ?? '';
  if (token !== '' || path === '') return token === '' ? undefined : token;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = `${path} cannot be read.`;
    throw new TaskweaveError(
      { code: 'FILE_MISSING', message, subject: TOKEN_FILE_VARIABLE, found },
      { cause },
    );
  }
}
