import { useState } from 'preact/hooks';
import type { ApiEvent } from '../../api/types.js';
import { Card, Nothing } from '../parts/card.js';

const KINDS: readonly ApiEvent['kind'][] = ['warning', 'phase', 'evaluation', 'checkpoint', 'opened'];

/** What happened, the newest first. */
export function Events({ events }: { events: readonly ApiEvent[] }) {
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const shown = events.filter(({ kind }) => !hidden.includes(kind));
  return (
    <Card
      id="events"
      title="Events"
      tools={KINDS.filter((kind) => events.some((event) => event.kind === kind)).map((kind) => (
        <label key={kind} class="check">
          <input
            type="checkbox"
            checked={!hidden.includes(kind)}
            onChange={(event) =>
              setHidden(
                event.currentTarget.checked ? hidden.filter((one) => one !== kind) : [...hidden, kind],
              )
            }
          />
          {kind}
        </label>
      ))}
    >
      {shown.length === 0 ? (
        <Nothing>Nothing has happened.</Nothing>
      ) : (
        <ol class="events scroll" tabIndex={0} aria-label="Events, the newest first">
          {shown.map((event, i) => (
            <li key={`${event.time} ${i}`} class={`event-${event.kind}`}>
              <time>{event.time === undefined ? '' : new Date(event.time).toLocaleTimeString()}</time>
              <span class="kind">{event.kind}</span>
              <span>{event.text}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
