import type { MiddlewareHandler } from 'hono';
import { isLoopback } from './settings.js';

/** Scripts, styles and data from here only; nothing inline, nothing embedded. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Says of every answer what browsers may do with it. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set('content-security-policy', POLICY);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};

/** The server has nothing that could be changed. */
export const readOnly: MiddlewareHandler = async (context, next) => {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return next();
  return context.json({ code: 'METHOD_REFUSED', message: 'Only GET is served.' }, 405, {
    allow: 'GET, HEAD',
  });
};

/**
 * On loopback, refuses requests that name another host: a page of somebody else whose name was made to mean 127.0.0.1 would
 * otherwise be let in by the browser.
 */
export function hostCheck(bound: string): MiddlewareHandler {
  return async (context, next) => {
    const host = (context.req.header('host') ?? '').replace(/:\d+$/, '');
    if (!isLoopback(bound) || isLoopback(host)) return next();
    return context.json(
      { code: 'HOST_REFUSED', message: 'This dashboard serves its own machine only.' },
      403,
    );
  };
}
