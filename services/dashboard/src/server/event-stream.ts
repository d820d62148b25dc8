import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { createHash } from 'node:crypto';

/** How often files are looked at while somebody watches. */
const INTERVAL_MS = 500;
/** How often something is sent at least, so that a connection that is gone is noticed. */
const PING_MS = 15_000;

/**
 * A stream of server-sent events that always tells the present state, and only when it is another than before. Its id is that
 * of the state: who reconnects with the id of the present state has missed nothing, everybody else is told at once.
 *
 * @param stop ends the stream
 * @param state what to tell; the stream ends when there is nothing to be told any more, as of a run that was removed
 */
export function streamState(context: Context, stop: AbortSignal, state: () => Promise<unknown>): Response {
  const known = context.req.header('last-event-id');
  return streamSSE(
    context,
    async (stream) => {
      const ended = new AbortController();
      const end = (): void => ended.abort();
      stream.onAbort(end);
      stop.addEventListener('abort', end);
      try {
        let last = known;
        let sent = performance.now();
        await stream.writeSSE({ data: '', event: 'ready', retry: 1_000 });
        while (!ended.signal.aborted && !stop.aborted) {
          const data = JSON.stringify(await state());
          const id = createHash('sha1').update(data).digest('base64url');
          if (id !== last) {
            await stream.writeSSE({ id, event: 'news', data });
            [last, sent] = [id, performance.now()];
          } else if (performance.now() - sent > PING_MS) {
            await stream.write(': still here\n\n');
            sent = performance.now();
          }
          await sleep(INTERVAL_MS, ended.signal);
        }
      } finally {
        stop.removeEventListener('abort', end);
      }
    },
    () => Promise.resolve(),
  );
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
