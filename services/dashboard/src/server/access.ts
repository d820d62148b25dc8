import { TaskweaveError } from '@taskweave/common';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Names the token that a dashboard asks for. */
export const TOKEN_VARIABLE = 'TASKWEAVE_DASHBOARD_TOKEN';

const COOKIE = 'taskweave-dashboard';
/** Shorter ones can be found by trying. */
const SHORTEST_TOKEN = 16;

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * The token that a dashboard on this host asks for, if any: that of the environment.
 *
 * @throws TaskweaveError `CONFIG_INVALID` beyond loopback without one, or for one that is too short
 */
export function tokenFor(
  host: string,
  token: string | undefined = process.env[TOKEN_VARIABLE],
): string | undefined {
  const given = token === '' ? undefined : token;
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

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
function same(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Lets in who has the token: as `Authorization: Bearer`, or by the cookie that {@link Access.login} sets, as neither pictures
 * nor streams of events can send a header. Everybody where there is no token.
 */
export class Access {
  readonly #token: string | undefined;
  /** Of this process: after a restart the page logs in again. */
  readonly #session: string;

  constructor(token: string | undefined) {
    this.#token = token;
    this.#session = createHmac('sha256', randomBytes(32)).update('session').digest('hex');
  }

  get needed(): boolean {
    return this.#token !== undefined;
  }

  #hasToken(context: Context): boolean {
    const [scheme, given] = (context.req.header('authorization') ?? '').split(' ');
    return scheme?.toLowerCase() === 'bearer' && given !== undefined && same(given, this.#token!);
  }

  allows(context: Context): boolean {
    if (this.#token === undefined || this.#hasToken(context)) return true;
    const cookie = getCookie(context, COOKIE);
    return cookie !== undefined && same(cookie, this.#session);
  }

  /** Gives who has the token the cookie. @returns whether they are in */
  login(context: Context): boolean {
    if (this.#token !== undefined && this.#hasToken(context)) {
      setCookie(context, COOKIE, this.#session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return true;
    }
    return this.allows(context);
  }

  /** Refuses all others. */
  readonly guard: MiddlewareHandler = async (context, next) => {
    if (this.allows(context)) return next();
    const message = 'This dashboard asks for its token.';
    return context.json({ code: 'TOKEN_NEEDED', message }, 401);
  };
}
