import { TaskweaveError } from '@taskweave/common';
import { Hono } from 'hono';
import { Access } from './access.js';
import { createApi } from './api.js';
import { hostCheck, readOnly, securityHeaders } from './headers.js';
import { loadPage } from './page-files.js';
import { RunLibrary } from './run-library.js';

export interface AppOptions {
  /** Folder that holds the runs. */
  readonly output: string;
  /** Where it listens. */
  readonly host: string;
  readonly token: string | undefined;
  /** Ends streams of events. */
  readonly stop: AbortSignal;
}

const STATUS: Readonly<Record<string, 400 | 403 | 404>> = {
  RUN_NOT_FOUND: 404,
  FILE_MISSING: 404,
  PATH_REFUSED: 403,
  MESSAGE_INVALID: 400,
};

/** Everything that the dashboard answers. */
export function createApp({ output, host, token, stop }: AppOptions): Hono {
  const app = new Hono();
  const access = new Access(token);
  app.use(securityHeaders, readOnly, hostCheck(host));
  app.get('/api/session', (context) => context.json({ needed: access.needed, in: access.login(context) }));
  app.use('/api/*', access.guard);
  app.route('/api', createApi(new RunLibrary(output), stop));
  app.all('/api/*', (context) =>
    context.json({ code: 'NOT_FOUND', message: 'There is no such thing.' }, 404),
  );
  app.get('*', loadPage());
  app.onError((thrown, context) => {
    const { code, message, action, exitCode } = TaskweaveError.from(thrown);
    // What was not meant for users may tell of our insides.
    const told = exitCode === 2 || code in STATUS ? message : 'The dashboard failed to answer.';
    return context.json(
      { code, message: told, ...(action !== undefined && { action }) },
      STATUS[code] ?? 500,
    );
  });
  return app;
}
