import { signal } from '@preact/signals';
import { logInAgain } from './session.js';
import { urlOf, type Query } from './client.js';

export type Connection = 'connecting' | 'live' | 'lost';

/** How the page is connected to the dashboard. */
export const connection = signal<Connection>('connecting');

const RETRY_MS = 1_500;

/**
 * Listens to a stream of the server, and connects again whenever it is lost. The server tells its present state at once, unless
 * it is the one that was told last.
 *
 * @returns ends it
 */
export function listen<News>(query: Query, onNews: (news: News) => void): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const open = (): void => {
    source = new EventSource(urlOf('stream', query));
    source.addEventListener('ready', () => (connection.value = 'live'));
    source.addEventListener('news', (event) =>
      onNews(JSON.parse((event as MessageEvent<string>).data) as News),
    );
    source.addEventListener('error', () => {
      connection.value = 'lost';
      // Browsers try again by themselves, but not after an answer that is no stream.
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => void again(), RETRY_MS);
    });
  };
  const again = async (): Promise<void> => {
    await fetch(urlOf('session'))
      .then(async (answer) => ((await answer.json()) as { in: boolean }).in || (await logInAgain()))
      .catch(() => false);
    if (!ended) open();
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source.close();
  };
}
