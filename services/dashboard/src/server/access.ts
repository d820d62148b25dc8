import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const COOKIE = 'taskweave-dashboard';
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
