import { useEffect, useState } from 'preact/hooks';
import icon from './icon.svg';
import { ask } from './data/client.js';
import { connection } from './data/live.js';
import { route } from './data/route.js';
import { logInAgain, tokenWanted } from './data/session.js';
import { lazily } from './parts/lazily.js';
import { LoginView } from './views/login-view.js';
import { RunView } from './views/run-view.js';
import { RunsView } from './views/runs-view.js';

const CompareView = lazily(async () => (await import('./views/compare-view.js')).CompareView);

/** What the connection means to the reader. */
const CONNECTIONS = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
} as const;

export function App() {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void ask<{ in: boolean }>('session')
      .then(async ({ in: isIn }) => isIn || (await logInAgain()))
      .catch(() => undefined)
      .then(() => setReady(true));
  }, []);
  const state = connection.value;
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          <img src={icon} alt="" width="22" height="22" />
          Taskweave
        </a>
        <nav aria-label="Views">
          <a href="#/" aria-current={route.value.view === 'runs' ? 'page' : undefined}>
            Runs
          </a>
        </nav>
        <span class={`connection connection-${state}`} role="status">
          <span class="dot" aria-hidden="true" />
          {CONNECTIONS[state]}
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        {ready && (tokenWanted.value ? <LoginView /> : <View />)}
      </main>
    </>
  );
}

function View() {
  const shown = route.value;
  if (shown.view === 'run') return <RunView key={shown.run} run={shown.run} />;
  if (shown.view === 'compare') return <CompareView key={shown.runs.join()} runs={shown.runs} />;
  return <RunsView />;
}

/** The address after `#` names views, so the link cannot simply be followed. */
function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
