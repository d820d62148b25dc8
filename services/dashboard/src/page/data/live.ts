import { signal } from '@preact/signals';
import { RequestFailed, ask, urlOf, type Query } from './client.js';
import { logInAgain } from './session.js';

export type Connection = 'connecting' | 'live' | 'lost';

/** How the page is connected to the dashboard. */
export const connection = signal<Connection>('connecting');

const RETRY_MS = 1_500;

/**
 * Listens to a stream of the server, and connects again whenever it is lost. The server tells its present state at once. Nobody
 * looks at a page that is hidden, and browsers keep few connections to one server: so it listens only while it is shown.
 *
 * @param onRefused told why there is no such stream, if that is so
 * @returns ends it
 */
export function listen<News>(
  query: Query,
  onNews: (news: News) => void,
  onRefused: (message: string) => void = () => undefined,
): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    close();
    if (ended || document.hidden) return;
    const opened = new EventSource(urlOf('stream', query));
    source = opened;
    opened.addEventListener('ready', () => (connection.value = 'live'));
    opened.addEventListener('news', (event) =>
      onNews(JSON.parse((event as MessageEvent<string>).data) as News),
    );
    opened.addEventListener('error', () => {
      connection.value = 'lost';
      // Browsers try again by themselves, but not after an answer that is no stream.
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(() => void again(), RETRY_MS);
    });
  };
  const again = async (): Promise<void> => {
    try {
      const { in: isIn } = await ask<{ in: boolean }>('session');
      if (!isIn) await logInAgain();
      if (query['run'] !== undefined) await ask('run', query);
    } catch (thrown) {
      if (thrown instanceof RequestFailed) onRefused(thrown.message);
    }
    open();
  };
  document.addEventListener('visibilitychange', open);
  open();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', open);
    close();
  };
}
